import { escalationRule } from '../domain/incidents/escalation.ts';
import type { SetupProblem } from '../domain/messages/setup.ts';
import type { AlertService } from './alerts/alert-service.ts';

/** The settings that have to fit the server. */
interface UsedSettings {
  channel: { id: string; setting: string };
  escalateRole: string | undefined;
  threads: boolean;
}

type Check = (used: UsedSettings) => SetupProblem[];

/** Whether the configuration fits the Discord server, as it is now. */
export class SetupStatus {
  readonly #alerts: Pick<AlertService, 'settings'>;
  #check: Check = () => [];

  constructor(deps: { alerts: Pick<AlertService, 'settings'> }) {
    this.#alerts = deps.alerts;
  }

  /** Called once the bot is connected; until then there are no problems. */
  use(check: Check): void {
    this.#check = check;
  }

  async problems(): Promise<SetupProblem[]> {
    const { channelId, isOwnChannel, ...settings } = await this.#alerts.settings();
    const setting = isOwnChannel ? '/alerts settings channel' : 'OPS_CHANNEL_ID';
    return this.#check({
      channel: { id: channelId, setting },
      escalateRole: escalationRule(settings)?.role,
      threads: settings.threads,
    });
  }
}
