import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OnceOnly } from '../../request/idempotency.ts';
import { type Upload, uploadOf } from '../../request/upload.ts';

/** A file, or the number of a plan that was made from one. */
type Source = Upload | number;

export async function uploadOrPlan(request: FastifyRequest, plan: string | undefined): Promise<Source> {
  return plan === undefined ? uploadOf(request) : Number(plan);
}

const kept = z.object({ plan: z.int() });

/**
 * An import as a request that changes something once: the number of its plan is kept, and a plan is applied once, however often its
 * steps are repeated.
 */
export function importOnce<P extends { planId: number }>(
  source: Source,
  steps: { stage(file: Upload): Promise<P>; preview(plan: number): Promise<P>; finish(staged: P): Promise<unknown> },
): OnceOnly<z.output<typeof kept>> {
  let staged: P | undefined;
  return {
    asked: typeof source === 'number' ? '' : contentOf(source),
    kept,
    async work(keep) {
      staged = typeof source === 'number' ? await steps.preview(source) : await steps.stage(source);
      const work = { plan: staged.planId };
      await keep(work);
      return work;
    },
    answer: async ({ plan }) => steps.finish(staged ?? (await steps.preview(plan))),
  };
}

/** A copy, since reading transfers the bytes. The name is included, since it determines how they are read. */
const contentOf = ({ name, bytes }: Upload) => Buffer.concat([Buffer.from(`${name}\n`), bytes]);
