export { cursorErrorOf } from './errors.js';
export type { CursorError, CursorErrorCode } from './errors.js';
export { createResumableClient } from './graphql-ws.js';
export type { ResumableClient, ResumableClientOptions } from './graphql-ws.js';
