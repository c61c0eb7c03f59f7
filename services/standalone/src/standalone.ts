import { closeServer, listen, Readiness, type RunningService } from '@faasm/chassis';
import { createEdgeServer, createGateway } from '@faasm/edge';
import type { DeployOptions } from '@faasm/functions';
import { formatFunctionRef, type FunctionRef } from '@faasm/protocol';
import type { CallGateway } from '@faasm/scheduler';
import { createUploadServer, deployOptions, uploadTerms } from '@faasm/upload';
import { faasletRoutes } from '@faasm/worker';
import type { FastifyInstance } from 'fastify';
import { createCallSide, type CallSide } from './call-side.ts';
import { deployDemoFunctions } from './demo-functions.ts';
import type { StandaloneParts, StandaloneSettings } from './parts.ts';

/** Edge, upload service and worker in one process. */
export class Standalone implements RunningService {
  readonly #settings: StandaloneSettings;
  readonly #parts: StandaloneParts;
  readonly #calls: CallSide;
  readonly #gateway: CallGateway;
  readonly #readiness: Readiness;
  readonly #servers: FastifyInstance[] = [];

  private constructor(settings: StandaloneSettings, parts: StandaloneParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#calls = createCallSide(settings, parts);
    const { backend, feed, runner } = this.#calls;
    this.#gateway = createGateway(settings, { ...parts, queue: backend, results: backend, feed });
    this.#readiness = new Readiness(async () => {
      await parts.store.ping();
      await runner.probe();
    }, parts.base.clock);
  }

  /** Starts to take calls and to listen, and prints a curl line that works. */
  static async start(settings: StandaloneSettings, parts: StandaloneParts): Promise<Standalone> {
    const standalone = new Standalone(settings, parts);
    await standalone.#calls.host.start();
    await standalone.#serve();
    return standalone;
  }

  async stop(impatient: AbortSignal): Promise<void> {
    const { backend, host } = this.#calls;
    this.#readiness.drain();
    this.#gateway.drain();
    impatient.addEventListener('abort', () => {
      this.#gateway.hurry();
    });
    const closed = Promise.all(this.#servers.map(async (server) => await closeServer(server, impatient)));
    // What was accepted is run first: this queue is gone with the process.
    await backend.idle(impatient);
    await host.stop(impatient);
    await closed;
    const { queued: lost } = await backend.counts();
    if (lost > 0) this.#parts.base.logger.error({ lost }, 'calls were still queued and are lost');
    await backend.close();
    await this.#parts.globalTier.close();
  }

  async #serve(): Promise<void> {
    const { BIND_ADDRESS: host, EDGE_PORT, UPLOAD_PORT, DEMO_FUNCTIONS } = this.#settings;
    const shared = { ...this.#parts.base, readiness: this.#readiness };
    const deploy = this.#deployOptions();
    const edge = await createEdgeServer({
      ...shared,
      gateway: this.#gateway,
      bounds: this.#calls.bounds,
      inputBytesMax: this.#settings.INPUT_LIMIT_BYTES,
      timeoutMaxMs: this.#settings.CALL_TIMEOUT_MAX,
    });
    const upload = await createUploadServer({ ...shared, deploy });
    await upload.register(faasletRoutes(this.#calls.runner));
    this.#servers.push(edge, upload);
    if (DEMO_FUNCTIONS === 'on') await deployDemoFunctions(deploy);
    await listen(upload, { role: 'upload', host, port: UPLOAD_PORT });
    const url = await listen(edge, { role: 'edge', host, port: EDGE_PORT });
    if (DEMO_FUNCTIONS === 'on')
      process.stdout.write(`\ncurl -X POST ${url}/f/demo/echo/ -d "hello world"\n`);
  }

  #deployOptions(): DeployOptions {
    const { store, base } = this.#parts;
    const changed = (ref: FunctionRef): void => {
      this.#calls.runner.prepare(ref).catch((error: unknown) => {
        // The first call tries again, and tells its caller.
        base.logger.warn({ err: error, function: formatFunctionRef(ref) }, 'function not made ready');
      });
    };
    return { ...deployOptions(store, base.clock, uploadTerms(this.#settings)), changed };
  }
}
