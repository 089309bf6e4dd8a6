/** Something in the configuration or on the server that keeps the bot from its work. */
export interface SetupProblem {
  /** The variable, or the command that sets the same. */
  setting: string;
  problem: string;
  remedy: string;
}

/** `OPS_CHANNEL_ID: The channel was not found. Copy its ID again.` */
export function setupLine({ setting, problem, remedy }: SetupProblem): string {
  return `${setting}: ${problem} ${remedy}`;
}
