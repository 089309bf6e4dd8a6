import type { APIMessageTopLevelComponent } from 'discord.js';

export interface ViewFile {
  name: string;
  data: Buffer | string;
}

/** A message, in Components V2. Every file is shown by a component. */
export interface View {
  components: APIMessageTopLevelComponent[];
  files?: readonly ViewFile[];
  /** Who sees the answer to a command whose answers are public: the caller only, if it says nothing to others. */
  audience?: 'caller';
}
