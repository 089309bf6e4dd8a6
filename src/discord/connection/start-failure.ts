import { DiscordAPIError, GatewayCloseCodes, HTTPError, RateLimitError, RESTJSONErrorCodes } from 'discord.js';
import { EdgeAnswerError } from './edge.ts';
import { finalClose } from './gateway.ts';

const UNREACHABLE = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET'],
]);

const NO_COMMANDS =
  'The bot does not have permission to register commands on this server. Invite it again with the scope applications.commands.';

/** Why the bot could not start, in one sentence. A string is such a sentence. */
export function startFailure(error: unknown, apiUrl: string): Error {
  if (typeof error === 'string') return new Error(error);
  return new Error(sentence(error, new URL(apiUrl).host), { cause: error });
}

function sentence(error: unknown, host: string): string {
  if (!(error instanceof Error)) return 'The bot could not start: an unknown error occurred.';
  if (codeOf(error) === 'TokenInvalid') return finalClose(GatewayCloseCodes.AuthenticationFailed) ?? '';
  if (error instanceof DiscordAPIError) return refusal(error);
  if (error instanceof EdgeAnswerError) return `${error.message} ${whenToRetry(error)}`;
  if (error instanceof HTTPError)
    return failedRequest(error, 'Try again when https://discordstatus.com reports no incident.');
  if (error instanceof RateLimitError) {
    return `Discord limits the requests of the bot for ${Math.ceil(error.retryAfter / 1000)} s. Start it again after that.`;
  }
  if (error.name === 'AbortError' || [error.cause, error].some((each) => UNREACHABLE.has(codeOf(each) ?? ''))) {
    return `Discord is not reachable at ${host}.`;
  }
  return error.message || `The bot could not start (${error.name}).`;
}

function whenToRetry({ retryAfterMs }: EdgeAnswerError): string {
  if (retryAfterMs === undefined) return 'Check whether a proxy or a firewall is between this machine and Discord.';
  return `It limits the address of this machine. Start the bot again in ${Math.ceil(retryAfterMs / 1000)} s.`;
}

function refusal(error: DiscordAPIError): string {
  const { message, code, url } = error;
  if (code === RESTJSONErrorCodes.MissingAccess && new URL(url).pathname.endsWith('/commands')) return NO_COMMANDS;
  return failedRequest(error, message ? `The answer was: ${message}` : 'The answer had no text.');
}

function failedRequest({ status, method, url }: DiscordAPIError | HTTPError, more: string): string {
  return `Discord answered ${status} to ${method} ${new URL(url).pathname}. ${more}`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
