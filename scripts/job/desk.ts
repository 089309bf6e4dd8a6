import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { type DroppedFile, dropFile, send, writeCommand } from '../kit/compose.ts';

/** A test of 5,000 proxies takes some minutes on a busy machine. */
const DEADLINE_MS = 600_000;
const POLL_MS = 50;

/** The effort of a step. */
export interface Effort {
  clicks: number;
  /** From the click to the complete answer, summed over the actions. */
  seconds: number;
  /** New messages that everyone sees. */
  publicMessages: number;
}

/** A person at the page: each action waits for its answer, and is counted. */
export class Desk {
  readonly #page: Page;
  readonly #pictures: string | undefined;
  #effort = { clicks: 0, seconds: 0 };
  #publicBefore = 0;
  #taken = 0;

  /** @param pictures the folder for a picture of each answer; none if absent */
  constructor(page: Page, pictures: string | undefined) {
    this.#page = page;
    this.#pictures = pictures;
  }

  /** The effort since the last call. */
  async effort(): Promise<Effort> {
    const publics = await this.#page.locator('.message:not(.ephemeral)').count();
    const effort = { ...this.#effort, publicMessages: publics - this.#publicBefore };
    this.#publicBefore = publics;
    this.#effort = { clicks: 0, seconds: 0 };
    return effort;
  }

  async become(name: string): Promise<void> {
    await this.#page.getByRole('radio', { name: new RegExp(name) }).check({ force: true });
    await this.#page.getByText('bot online').first().waitFor({ state: 'attached' });
    await this.#page.getByRole('combobox', { name: /Message #ops/ }).waitFor();
  }

  /** Types a command. @param says the text of its complete answer */
  type(path: string, options: Record<string, string | DroppedFile>, says: RegExp): Promise<Locator> {
    return this.#act(path, says, async () => {
      const added = await writeCommand(this.#page, path, options);
      this.#effort.clicks += 2 + added;
      await send(this.#page);
    });
  }

  /** Types a command that opens a modal, fills it and submits it. */
  typeAndFill({
    path,
    options,
    fields,
    says,
  }: {
    path: string;
    options: Record<string, string | DroppedFile>;
    fields: Record<string, string>;
    says: RegExp;
  }): Promise<Locator> {
    return this.#act(path, says, async () => {
      await writeCommand(this.#page, path, options);
      await send(this.#page);
      await this.#page.locator('dialog').waitFor();
      await this.#fill(fields);
    });
  }

  drop(file: DroppedFile, options: Record<string, string>, says: RegExp): Promise<Locator> {
    return this.#act(`drop ${file.name}`, says, async () => {
      await dropFile(this.#page, file);
      for (const [name, value] of Object.entries(options)) {
        await this.#page.getByRole('button', { name: `+ ${name}`, exact: true }).click();
        await this.#page
          .locator('.composer')
          .getByLabel(new RegExp(`^${name}`))
          .fill(value);
      }
      this.#effort.clicks += 2 + Object.keys(options).length;
      await send(this.#page);
    });
  }

  /** Posts a message and chooses an entry in its Apps menu. */
  chooseApp(entry: string, posted: string, says: RegExp): Promise<Locator> {
    return this.#act(entry, says, async () => {
      await this.#page.getByRole('combobox', { name: /Message #ops/ }).fill(posted);
      await send(this.#page);
      const message = this.#page.locator('.message', { hasText: posted }).last();
      this.#effort.clicks += 3;
      await message.getByText('Apps').click();
      await message.getByRole('button', { name: entry }).click();
    });
  }

  /** Presses the last button of a name. */
  press(name: string | RegExp, says: RegExp): Promise<Locator> {
    return this.#act(`press ${name}`, says, async () => {
      this.#effort.clicks++;
      await this.#page
        .getByRole('button', { name, exact: typeof name === 'string' })
        .last()
        .click();
    });
  }

  /** Presses a button twice, as impatient people do. */
  pressTwice(name: string | RegExp, says: RegExp): Promise<Locator> {
    return this.#act(`press ${name} twice`, says, async () => {
      this.#effort.clicks += 2;
      await this.#page
        .getByRole('button', { name, exact: typeof name === 'string' })
        .last()
        .dblclick();
    });
  }

  /** Chooses an entry of the last select menu of a name. */
  choose(menu: string, index: number, says: RegExp): Promise<Locator> {
    return this.#act(`choose ${menu}`, says, async () => {
      this.#effort.clicks += 2;
      await this.#page.getByRole('combobox', { name: menu }).last().selectOption({ index });
    });
  }

  /** Fills the open modal and submits it. */
  submit(fields: Record<string, string>, says: RegExp): Promise<Locator> {
    return this.#act('submit', says, async () => {
      this.#effort.clicks++;
      await this.#fill(fields);
    });
  }

  async #fill(fields: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      await this.#page.locator('dialog').getByLabel(label).fill(value);
    }
    await this.#page.getByRole('button', { name: 'Submit' }).click();
  }

  /** Opens a modal, which counts as one click and no message. */
  async open(name: string): Promise<void> {
    this.#effort.clicks++;
    await this.#page.getByRole('button', { name, exact: true }).last().click();
    await this.#page.locator('dialog').waitFor();
  }

  /** Waits for a message that comes without a command, such as an alert; it may be there already. */
  waitFor(says: RegExp): Promise<Locator> {
    return this.#answer('wait', says, {});
  }

  /** A file that the page offers to try an import with. */
  async example(name: string): Promise<DroppedFile> {
    const answer = await this.#page.request.get(new URL(`/examples/${name}`, this.#page.url()).href);
    return { name, text: await answer.text() };
  }

  async click(name: string | RegExp): Promise<void> {
    this.#effort.clicks++;
    await this.#page.getByRole('button', { name }).first().click();
  }

  async #act(what: string, says: RegExp, action: () => Promise<void>): Promise<Locator> {
    const seen = await this.#page.evaluate(textsOfMessages);
    await action();
    return this.#answer(what, says, seen);
  }

  /** The message that is new or has changed, is complete, and has the text. */
  async #answer(what: string, says: RegExp, seen: Record<string, string>): Promise<Locator> {
    const from = performance.now();
    const answer = await this.#find(what, says, seen);
    this.#effort.seconds += (performance.now() - from) / 1000;
    await this.#takePicture(what, answer);
    return answer;
  }

  async #find(what: string, says: RegExp, seen: Record<string, string>): Promise<Locator> {
    const deadline = performance.now() + DEADLINE_MS;
    let texts: Record<string, string> = {};
    while (performance.now() < deadline) {
      texts = await this.#page.evaluate(textsOfMessages);
      const [id] = Object.entries(texts).findLast(([each, text]) => seen[each] !== text && says.test(text)) ?? [];
      if (id !== undefined) return this.#page.locator(`.message[data-id="${id}"]`);
      await this.#page.waitForTimeout(POLL_MS);
    }
    throw new Error(`${what}: no answer says ${says}. The last message: ${Object.values(texts).at(-1)}`);
  }

  async #takePicture(what: string, answer: Locator): Promise<void> {
    if (this.#pictures === undefined) return;
    await this.#page.waitForLoadState('networkidle');
    const name = `${String(++this.#taken).padStart(3, '0')}-${what.replaceAll(/\W+/g, '-')}`;
    await answer.screenshot({ path: join(this.#pictures, `${name}.png`) });
  }
}

/** The text of each complete message by its id, without times, which change while one waits. Runs in the page. */
function textsOfMessages(): Record<string, string> {
  const messages = [...document.querySelectorAll<HTMLElement>('.message')];
  const complete = messages.filter((each) => each.querySelector('.thinking') === null);
  return Object.fromEntries(
    complete.map((each) => {
      const copy = each.cloneNode(true) as HTMLElement;
      for (const time of copy.querySelectorAll('time')) time.remove();
      return [each.dataset.id ?? '', copy.textContent];
    }),
  );
}
