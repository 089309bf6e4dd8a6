/** Why a value or a line is not taken: a plain sentence for the person who pasted it, without any of what they pasted. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}
