import type { PageFile } from '../server/page/protocol.ts';

/** Reads files into the format of the protocol. */
export function readFiles(files: Iterable<File> | ArrayLike<File>): Promise<PageFile[]> {
  return Promise.all(Array.from(files as ArrayLike<File>).map(readFile));
}

function readFile(file: File): Promise<PageFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Error(`${file.name} could not be read.`));
    reader.onload = () => {
      const text = String(reader.result);
      resolve({ name: file.name, base64: text.slice(text.indexOf(',') + 1) });
    };
    reader.readAsDataURL(file);
  });
}
