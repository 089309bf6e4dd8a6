/** Username and password as tokens: the username is `[first, password)`, the password `[password, end)`. Behind `end` stand columns. */
export interface Login {
  /** The separator between the two. */
  kind: number;
  first: number;
  password: number;
  end: number;
}
