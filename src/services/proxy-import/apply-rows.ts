import type { Tx } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import {
  findLinksToCarry,
  insertProxies,
  reviveProxies,
  updateProxies,
  writeCarriedLinks,
} from '../../db/queries/proxies/imports/changes.ts';
import type { Batch, BatchSummary } from '../../db/queries/proxies/imports/classes.ts';
import type { RepeatableTx } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { TakingStep } from '../../domain/proxies/proxy-import.ts';
import { seal } from '../../secrets/seal.ts';

/** Other work gets its turn between two batches of links. */
const LINKS_AT_ONCE = 1000;

interface Step {
  keyring: Keyring;
  batch: Batch;
  step: TakingStep;
  /** Of the batch, by class. */
  counts: BatchSummary['counts'];
}

/** Writes the rows of one step of an import to the pool. The batch is classified in the transaction. */
export async function applyRows(tx: RepeatableTx, actor: Actor, { keyring, batch, step, counts }: Step): Promise<void> {
  await carryLinks(tx, keyring, batch);
  if (step === 'add') {
    await insertProxies(tx, batch, 'credentials');
    return;
  }
  if (step === 'import') await insertProxies(tx, batch, 'new');
  if (step === 'import' && !counts.revived) return;
  // Every writer of the pool takes this lock before it locks rows of proxies. The opposite order could deadlock.
  await lockAssignments(tx);
  await (step === 'import' ? reviveProxies(tx, batch) : updateProxies(tx, actor, batch));
}

/**
 * Keeps a change-IP link that the file does not repeat. The ciphertext is bound to the credential id of the row, so
 * the link is encrypted again.
 */
async function carryLinks(tx: Tx, keyring: Keyring, batch: Batch): Promise<void> {
  const links = await findLinksToCarry(tx, batch);
  if (links.length === 0) return;
  const key = await keyring.current(tx);
  for (let from = 0; from < links.length; from += LINKS_AT_ONCE) {
    const some = links.slice(from, from + LINKS_AT_ONCE).map(async ({ sealed, ...link }) => {
      const url = await keyring.open(sealed, link.fromCredentialId, 'change_ip_url');
      return { ...link, sealed: seal(key, url, link.toCredentialId, 'change_ip_url') };
    });
    await writeCarriedLinks(tx, batch.planId, await Promise.all(some));
  }
}
