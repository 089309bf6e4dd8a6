import type { Actor } from '../../src/domain/actor.ts';
import type { Effects } from '../checks/ledger.ts';
import type { Placements } from '../checks/placement.ts';
import type { Random } from '../kit/random.ts';
import type { Done, Outcome } from '../process/outcome.ts';
import type { Parts } from '../process/parts.ts';
import type { SimulatedDiscord } from '../world/discord.ts';
import type { SimulatedNetwork } from '../world/network.ts';
import type { SimulatedProvider } from '../world/provider.ts';
import type { SeenAccount, SeenProxy, Snapshot } from '../world/snapshot.ts';

/** Something that a person or a program does. */
export interface Operation {
  name: string;
  actor: Actor;
  effects: Effects;
  run(parts: Parts, actor: Actor): Promise<Done>;
  /** Called when it has ended, before it is judged. */
  after?: (outcome: Outcome) => void;
  /** What is wrong with what it did, besides what holds for every operation. */
  judge?: (before: Snapshot, after: Snapshot) => string[];
}

/** What people see and remember. */
export interface Desk {
  random: Random;
  discord: SimulatedDiscord;
  network: SimulatedNetwork;
  provider: SimulatedProvider;
  placements: Placements;
  /** The accounts and proxies at present. */
  seen: Snapshot;
  /** Buttons of previews that are still there, to be clicked at any time, also twice. */
  buttons: (() => Operation)[];
  /** A number that was not used before. */
  fresh(): number;
  now(): number;
}

export const MODELS = ['Amber', 'Bella', 'Cara', 'Dora', 'Elsa', 'Fara'] as const;
export const VPS = ['nova', 'rigel', 'vega', 'wega'] as const;
export const PROVIDERS = ['acme', 'bolt', 'cove'] as const;

const PEOPLE: readonly Actor[] = [
  { id: 'discord:11', name: 'Ada' },
  { id: 'discord:12', name: 'Ben' },
  { id: 'discord:13', name: 'Cleo', changesAtMost: 500 },
];
export const somebody = ({ random }: Desk): Actor => random.pick(PEOPLE);

export const liveAccounts = ({ seen }: Desk): SeenAccount[] => seen.accounts.filter(({ isRemoved }) => !isRemoved);
export const liveProxies = ({ seen }: Desk): SeenProxy[] => seen.proxies.filter(({ isRemoved }) => !isRemoved);

/** The button of a preview. Its first click does what the preview shows; later ones do nothing. */
export interface Button {
  name: string;
  /** What a click does, as things are then. */
  effects(): Effects;
  click(parts: Parts, actor: Actor): Promise<Done>;
  after?: (outcome: Outcome) => void;
  judge?: Operation['judge'];
}

/** Keeps a button for later. */
export function keepButton(desk: Desk, button: Button): void {
  let state: 'unclicked' | 'in doubt' | 'done' = 'unclicked';
  desk.buttons.push(() => ({
    name: state === 'unclicked' ? button.name : `${button.name} again`,
    actor: somebody(desk),
    effects: state === 'done' ? {} : state === 'in doubt' ? asPossible(button.effects()) : button.effects(),
    run: (parts, actor) => button.click(parts, actor),
    ...(button.judge && { judge: button.judge }),
    after: (outcome) => {
      button.after?.(outcome);
      if (outcome.kind === 'unknown' && state === 'unclicked') state = 'in doubt';
      if (outcome.kind === 'done' && outcome.isApplied) state = 'done';
    },
  }));
}

/** If nobody knows whether it was done, the next click may do it, or find it done. */
const asPossible = ({ must, may }: Effects): Effects => ({
  may: (key, before, after) => must?.get(key) === after || may?.(key, before, after) === true,
});
