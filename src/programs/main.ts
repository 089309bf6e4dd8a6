import { loadConfig } from '../base/config.ts';
import { loadKeyFile } from '../secrets/key-file.ts';
import { startApp } from '../wiring/app.ts';
import { dataDirOf, openDatabase } from '../wiring/own-database.ts';
import { runProgram } from '../wiring/run-program.ts';
import { enterSandbox } from '../wiring/sandbox-mode.ts';

/** The bot; without a token it runs in the sandbox. */
await runProgram(loadConfig, async ({ config, log, shutdown, end }) => {
  const dataDir = dataDirOf(config);
  const database = await openDatabase(config, log, shutdown);
  const encryptionKey = config.encryptionKey ?? loadKeyFile(dataDir);
  const { sandboxPort } = config;
  const sandbox =
    sandboxPort === undefined ? undefined : await enterSandbox({ port: sandboxPort, dataDir }, log, shutdown);
  const { discord, roles, checks, allowPrivateProxies, sourceApiUrls } = sandbox ?? config;
  const { token } = discord;
  if (!token) throw new Error('the Discord token is missing');
  const { services } = await startApp({
    config: { ...config, roles, checks, allowPrivateProxies, sourceApiUrls, discord: { ...discord, token } },
    ...database,
    encryptionKey,
    yields: true,
    log,
    shutdown,
    end,
  });
  sandbox?.offerSample(services);
});
