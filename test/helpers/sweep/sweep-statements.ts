import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabaseUrls } from '../../../src/wiring/own-database.ts';
import { type StatementFault, type StatementRelay, startStatementRelay } from './statement-relay.ts';
import { type Bench, openBench, type SweptCommand, sweep } from './sweep.ts';

/** Connections that a command uses; the others work all the time. */
const OF_COMMANDS = /^proxy-ops (people|bulk|thread)$/;

/** Defines the tests of one fault: each command with each of its statements failing. */
export function sweepStatements(fault: StatementFault, commands: readonly SweptCommand[]): void {
  let relay: StatementRelay;
  let bench: Bench;
  let swept = 0;
  beforeAll(async () => {
    const through = async ({ databaseUrl, ownerUrl }: DatabaseUrls) => {
      relay = await startStatementRelay(databaseUrl, (name) => OF_COMMANDS.test(name));
      return { databaseUrl: relay.url, ownerUrl };
    };
    bench = await openBench({ through });
  });
  afterAll(async () => {
    await bench.close();
    relay.close();
    process.stdout.write(`${swept} statements failed (${fault}), of ${commands.length} commands\n`);
    expect(swept).toBeGreaterThan(commands.length * 3);
  });

  test.each(commands)(`$name is done once or not at all, whichever statement fails (${fault})`, async (command) => {
    const arm = (nth: number) => relay.arm(fault, nth);
    const failed = await sweep(bench, command, { name: `statement ${fault}`, arm, disarm: () => relay.disarm() });
    expect(failed).toBeGreaterThan(0);
    swept += failed;
  });
}
