import { createSecretKey, type KeyObject } from 'node:crypto';

const made = new WeakMap<Uint8Array, KeyObject>();

/**
 * The same key as an OpenSSL object. It is created once per key: creating it for each value would cost twice as much as
 * the value itself.
 */
export function keyObject(key: Uint8Array): KeyObject {
  let object = made.get(key);
  if (!object) {
    object = createSecretKey(key);
    made.set(key, object);
  }
  return object;
}
