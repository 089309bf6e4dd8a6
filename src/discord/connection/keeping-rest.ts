import { REST } from 'discord.js';

/** Keeps its token: discord.js forgets it at the first 401, after which every request fails until the next login. */
export class KeepingRest extends REST {
  override setToken(token: string | null): this {
    return token === null ? this : super.setToken(token);
  }
}
