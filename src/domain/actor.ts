/** Who does something: a Discord user, an API token, or the program itself. */
export interface Actor {
  /** `discord:<user id>`, `token:<name>` or `system`. */
  id: string;
  /** As people know them. */
  name: string;
}
