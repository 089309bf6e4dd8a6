import { Client, Events, GatewayIntentBits } from 'discord.js';

const [token = '', apiUrl = '', guildId = ''] = process.argv.slice(2);

/** The floor: discord.js, one command, and an answer that needs nothing. */
const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: apiUrl, version: '10' } });
client.on(Events.InteractionCreate, (interaction) => {
  if (interaction.isChatInputCommand()) void interaction.reply('pong');
});
client.once(Events.ClientReady, async (ready) => {
  await ready.application.commands.set([{ name: 'ping', description: 'Answers pong' }], guildId);
  process.send?.('ready');
});
process.once('disconnect', () => process.exit());
await client.login(token);
