import { Agent, request } from 'node:http';

/** Posts JSON over kept-alive connections: node:http itself, since on few cores the client's own cost is part of the result. */
export class HttpClient {
  readonly #agent: Agent;
  readonly #url: URL;

  constructor(url: string, connections: number) {
    this.#url = new URL(url);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  }

  /** The body of the answer. Rejects when it is not a 200, or carries GraphQL errors. */
  post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request(this.#url, {
        agent: this.#agent, method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) },
      }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode !== 200 || text.includes('"errors"')) reject(new Error(`HTTP ${response.statusCode}: ${text.slice(0, 500)}`));
          else resolve(text);
        });
      });
      call.on('error', reject);
      call.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
