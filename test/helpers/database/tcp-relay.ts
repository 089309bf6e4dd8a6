import { onTestFinished } from 'vitest';
import { type Relay, startRelay } from '../../../scripts/try-drivers/relay.ts';

/** A relay that ends with the test. */
export async function relayTo(serverUrl: string, options?: Parameters<typeof startRelay>[1]): Promise<Relay> {
  const relay = await startRelay(serverUrl, options);
  onTestFinished(() => relay.close());
  return relay;
}
