import { createHmac, timingSafeEqual } from 'node:crypto';
import { SluiceError } from '../base/error.js';

/** A place in the log: after this position, in this epoch. */
export interface Place {
  /** Random id of the epoch, 16 hex digits. */
  readonly epoch: string;
  readonly position: number;
}

const VERSION = 1;
const EPOCH_BYTES = 8;
const BODY_BYTES = 1 + EPOCH_BYTES + 8;
/** 96 bits of HMAC-SHA-256: a forger has one chance in 2^96 a try, and the text stays at 39 characters. */
const MAC_BYTES = 12;
const TEXT = /^[A-Za-z0-9_-]+$/;

/**
 * The opaque text of a place: base64url of version, epoch, position and a truncated HMAC-SHA-256 over them. 39
 * characters. Signed so that a client cannot make one up and probe the log with it.
 */
export function signCursor(place: Place, key: Uint8Array): string {
  const bytes = Buffer.alloc(BODY_BYTES + MAC_BYTES);
  bytes.writeUInt8(VERSION, 0);
  bytes.write(place.epoch, 1, 'hex');
  bytes.writeBigUInt64BE(BigInt(place.position), 1 + EPOCH_BYTES);
  mac(bytes.subarray(0, BODY_BYTES), key).copy(bytes, BODY_BYTES);
  return bytes.toString('base64url');
}

/** The place a text stands for. Throws `CURSOR_INVALID` for anything that this log's key did not sign. */
export function readCursor(text: string, key: Uint8Array): Place {
  const bytes = TEXT.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  if (bytes.length !== BODY_BYTES + MAC_BYTES || bytes.toString('base64url') !== text || bytes.readUInt8(0) !== VERSION) throw invalid();
  const body = bytes.subarray(0, BODY_BYTES);
  if (!timingSafeEqual(mac(body, key), bytes.subarray(BODY_BYTES))) throw invalid();
  return { epoch: body.toString('hex', 1, 1 + EPOCH_BYTES), position: Number(body.readBigUInt64BE(1 + EPOCH_BYTES)) };
}

function mac(body: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest().subarray(0, MAC_BYTES);
}

function invalid(): SluiceError {
  return new SluiceError('CURSOR_INVALID', 'This is not a cursor of this gateway. Send a cursor as it was received, or none to start at `from`.');
}
