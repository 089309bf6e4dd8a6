import { addAccount, changeAccounts, changeModel, editAccount, importAccounts, removeAccount } from './accounts.ts';
import { assign, fill, reassign, unassign } from './assignments.ts';
import type { Desk, Operation } from './desk.ts';
import {
  announceMaintenance,
  changeSettings,
  dealWithIncident,
  deleteMessage,
  mute,
  testProxies,
} from './incidents.ts';
import { buyProxies, changePool } from './pool.ts';
import { flushUse, lookUp, report } from './programs.ts';
import { read } from './reading.ts';
import { editSource, syncSource } from './sources.ts';

/** What people and programs do, and how often. */
const HABITS: readonly { weight: number; does(desk: Desk): Operation | undefined }[] = [
  { weight: 8, does: clickButton },
  { weight: 7, does: changePool },
  { weight: 6, does: lookUp },
  { weight: 4, does: addAccount },
  { weight: 4, does: assign },
  { weight: 4, does: unassign },
  { weight: 4, does: reassign },
  { weight: 3, does: fill },
  { weight: 3, does: changeModel },
  { weight: 3, does: removeAccount },
  { weight: 3, does: dealWithIncident },
  { weight: 3, does: read },
  { weight: 2, does: changeAccounts },
  { weight: 2, does: editAccount },
  { weight: 2, does: report },
  { weight: 2, does: flushUse },
  { weight: 2, does: syncSource },
  { weight: 1, does: importAccounts },
  { weight: 1, does: buyProxies },
  { weight: 1, does: changeSettings },
  { weight: 1, does: mute },
  { weight: 1, does: deleteMessage },
  { weight: 1, does: announceMaintenance },
  { weight: 1, does: testProxies },
  { weight: 1, does: editSource },
];

const TRIES = 20;
/** A button is clicked again with this probability: by another person, or in a message that is still open. */
const STAYS = 0.3;

export function doSomething(desk: Desk): Operation {
  for (let tries = 0; tries < TRIES; tries++) {
    const operation = desk.random.weighted(HABITS).does(desk);
    if (operation) return operation;
  }
  return read(desk);
}

function clickButton({ random, buttons }: Desk): Operation | undefined {
  const at = random.int(0, Math.max(0, buttons.length - 1));
  const press = buttons[at];
  if (press && !random.chance(STAYS)) buttons.splice(at, 1);
  return press?.();
}
