import type { ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import type { AttachmentFault } from '../faults.ts';
import type { Exchange } from './request-url.ts';

const FILLER = Buffer.alloc(64 * 1024, 'x,');

export function isDownload(path: string): boolean {
  return /^\/(ephemeral-)?attachments\//.test(path);
}

/** Serves attachments under signed links, like cdn.discordapp.com. */
export async function answerDownload(core: Core, { url, request, response }: Exchange): Promise<void> {
  const attachment = core.cdn.find(url);
  const fault = core.faults.attachmentFault(decodeURIComponent(url.pathname));
  const bytes = attachment && fault !== 'missing' ? await core.state.readBytes(attachment.id) : undefined;
  if (!attachment || !bytes) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
    return;
  }
  if (fault && fault !== 'missing') return meetFault(fault, bytes, response);
  response.writeHead(200, {
    'content-type': attachment.contentType,
    'content-length': bytes.length,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`,
    // People's files must not run as pages of the sandbox's own origin.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function meetFault(fault: Exclude<AttachmentFault, 'missing'>, bytes: Buffer, response: ServerResponse): void {
  if (fault === 'hang') {
    response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, bytes.length / 2));
  } else if (fault === 'endless') {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(FILLER));
    };
    response.on('drain', pour);
    pour();
  } else {
    response.writeHead(302, { location: fault.redirect }).end();
  }
}
