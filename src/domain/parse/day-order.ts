import { type Details, readDetails, type WrittenDetails } from './fields/details.ts';
import { readSlashedDate } from './fields/moment.ts';
import { Refusal } from './fields/refusal.ts';

/** Details, and the expiry that they have if the month is written before the day; null if its order is certain. */
export interface DatedDetails {
  details: Details;
  monthFirst: Date | null;
}

/** Decides over a whole file which number of `05/06/2027` is the day: any date with a number over 12 shows it. */
export class DayOrder {
  #hasDayFirst = false;
  #hasMonthFirst = false;

  /** Understands all that is written, the expiry with the day first if nothing shows its order yet. */
  read(written: WrittenDetails): DatedDetails | Refusal {
    const slashed = written.expiresAt ? readSlashedDate(written.expiresAt) : null;
    if (slashed === null) return dated(readDetails(written), null);
    const { dayFirst, monthFirst } = slashed;
    if (dayFirst && !monthFirst) this.#hasDayFirst = true;
    if (monthFirst && !dayFirst) this.#hasMonthFirst = true;
    const isOpen = dayFirst !== null && monthFirst !== null && dayFirst.getTime() !== monthFirst.getTime();
    const details = readDetails(isOpen ? { ...written, expiresAt: dayFirst.toISOString() } : written);
    return dated(details, isOpen ? monthFirst : null);
  }

  /** The order that the dates of the file show; null if they show none. */
  get shown(): 'day' | 'month' | 'both' | null {
    if (this.#hasDayFirst) return this.#hasMonthFirst ? 'both' : 'day';
    return this.#hasMonthFirst ? 'month' : null;
  }
}

function dated(details: Details | Refusal, monthFirst: Date | null): DatedDetails | Refusal {
  return details instanceof Refusal ? details : { details, monthFirst };
}
