import { NO_SEPARATOR, SEPARATOR_KINDS, separatorText } from '../lines/separators.ts';

/** The order of address and credentials in a line. */
export const ADDRESS_ALONE = 0;
export const ADDRESS_FIRST = 1;
export const CREDENTIALS_FIRST = 2;

/** Texts for the four parts of a layout. */
export interface LayoutParts {
  host: string;
  port: string;
  user: string;
  password: string;
}

type Separators = readonly [address: number, middle: number, credentials: number];

const NAMES: LayoutParts = { host: 'host', port: 'port', user: 'user', password: 'password' };

/** The order of the parts of a line and the separators between them. Two lines with the same layout share one object. */
export class Layout {
  readonly order: number;
  /** Between host and port. */
  readonly address: number;
  /** Between address and credentials. */
  readonly middle: number;
  /** Between username and password. */
  readonly credentials: number;
  /** The same without credentials. */
  readonly alone: Layout;
  /** How it is called: `host:port:user:password`. */
  readonly form: string;
  /** How many lines of the batch it fits. */
  fits = 0;
  /** How many of them have words behind the address that may be columns as well as credentials. */
  doubtful = 0;
  /** How many lines another layout fits too. */
  readonly together = new Map<Layout, number>();
  /** Its name with something behind it, by that. */
  readonly #longer = new Map<string, string>();

  constructor(order: number, [address, middle, credentials]: Separators, alone?: Layout) {
    this.order = order;
    this.address = address;
    this.middle = middle;
    this.credentials = credentials;
    this.alone = alone ?? this;
    this.form = this.write(NAMES);
  }

  /** Whether the password comes last, so that other things may stand behind it. */
  get endsInPassword(): boolean {
    return this.order === ADDRESS_FIRST;
  }

  /** How it is called with columns behind it: `host:port:user:password:country`. */
  formWith(behind: string): string {
    if (behind === '') return this.form;
    let form = this.#longer.get(behind);
    if (form === undefined) {
      form = `${this.form}${behind}`;
      this.#longer.set(behind, form);
    }
    return form;
  }

  /** The layout with its parts filled in. */
  write(parts: LayoutParts): string {
    const address = `${parts.host}${separatorText(this.address)}${parts.port}`;
    if (this.order === ADDRESS_ALONE) return address;
    const login = `${parts.user}${separatorText(this.credentials)}${parts.password}`;
    const middle = separatorText(this.middle);
    return this.order === ADDRESS_FIRST ? `${address}${middle}${login}` : `${login}${middle}${address}`;
  }
}

/** The layouts of one batch. */
export class Layouts {
  readonly #known: Layout[] = [];

  get(order: number, address: number, middle = NO_SEPARATOR, credentials = NO_SEPARATOR): Layout {
    const key = ((order * SEPARATOR_KINDS + address) * SEPARATOR_KINDS + middle) * SEPARATOR_KINDS + credentials;
    let layout = this.#known[key];
    if (!layout) {
      const alone = order === ADDRESS_ALONE ? undefined : this.get(ADDRESS_ALONE, address);
      layout = new Layout(order, [address, middle, credentials], alone);
      this.#known[key] = layout;
    }
    return layout;
  }
}
