/** The author of an action: a Discord user, an API token, or the program itself. */
export interface Actor {
  /** `discord:<user id>`, `token:<name>` or `system`. */
  id: string;
  /** The display name. */
  name: string;
  /** How many rows one change of the actor may affect; undefined: any number. */
  changesAtMost?: number | undefined;
}
