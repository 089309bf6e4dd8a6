import { AlertWatch } from '../services/alerts/alert-watch.ts';
import { WaitingServer } from '../services/assignments/waiting-server.ts';
import { Housekeeping } from '../services/housekeeping.ts';
import type { Core } from './core.ts';

/** Starts the periodic work that the bot and every worker do alike; whichever process comes first does it. */
export function startBackground({ db, assignments, alerts, log, shutdown }: Core): void {
  const tasks = {
    housekeeping: new Housekeeping({ db, log }),
    'waiting accounts': new WaitingServer({ assignments, alerts, log }),
    'alert watch': new AlertWatch({ db, log }),
  };
  for (const [name, task] of Object.entries(tasks)) {
    task.start();
    shutdown.add(name, () => task.stop());
  }
}
