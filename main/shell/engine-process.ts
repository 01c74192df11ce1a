import { fork } from 'node:child_process';
import { join } from 'node:path';
import { app, type MessagePortMain, utilityProcess } from 'electron';

/** The engine's process as the shell sees it. */
export interface EngineProcess {
  /** Hands the engine its end of a channel to the page. */
  connect(port: MessagePortMain): void;
  stop(): void;
}

/** The engine's bundle. It is unpacked beside the archive, because a Node outside of Electron cannot read inside it. */
function enginePath(): string {
  return join(app.getAppPath().replace(/app\.asar$/, 'app.asar.unpacked'), 'build', 'engine', 'engine.mjs');
}

export interface EngineStart {
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Called once with a sentence when it ended without being stopped. */
  onEnd(reason: string): void;
}

/** Starts the engine in a utility process. */
export function startEngine(start: EngineStart): EngineProcess {
  return utilityProcess === undefined ? startAsChild(start) : startAsUtility(start);
}

function startAsUtility({ args, environment, onEnd }: EngineStart): EngineProcess {
  const engine = utilityProcess.fork(enginePath(), [...args], {
    serviceName: 'Packet Inspector engine',
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  let stopped = false;
  engine.once('exit', (code) => {
    if (!stopped) onEnd(`The engine ended with exit code ${code}. What was captured is in the session file.`);
  });
  return {
    connect: (port) => engine.postMessage({ type: 'connect' }, [port]),
    stop: () => {
      stopped = true;
      engine.kill();
    },
  };
}

/**
 * Electron before 22 has no utility process: there the engine runs on a Node found on PATH, and the shell carries the
 * frames between its IPC channel and the page's port.
 */
function startAsChild({ args, environment, onEnd }: EngineStart): EngineProcess {
  const engine = fork(enginePath(), [...args], {
    execPath: 'node',
    execArgv: [],
    serialization: 'advanced',
    env: { ...process.env, ...environment },
  });
  let stopped = false;
  let nextPort = 0;
  const ports = new Map<number, MessagePortMain>();
  engine.once('exit', (code) => {
    for (const port of ports.values()) port.close();
    if (!stopped) onEnd(`The engine ended with exit code ${code}. What was captured is in the session file.`);
  });
  engine.on('message', (message) => {
    const { port, frame } = message as { port: number; frame: unknown };
    ports.get(port)?.postMessage(frame);
  });
  return {
    connect: (port) => {
      const number = nextPort++;
      ports.set(number, port);
      port.on('message', ({ data }) => engine.send({ type: 'frame', port: number, frame: data }));
      port.on('close', () => {
        ports.delete(number);
        if (engine.connected) engine.send({ type: 'close', port: number });
      });
      port.start();
      engine.send({ type: 'connect', port: number });
    },
    stop: () => {
      stopped = true;
      engine.kill();
    },
  };
}
