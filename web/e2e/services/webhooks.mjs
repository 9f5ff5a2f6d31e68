// The published `livekit-server-sdk` receives webhooks and believes their signature.
//
// Starts a server of its own, whose webhooks come here: STOA_BIN is the binary. Run by
// `cargo xtask test`.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentDispatchClient, RoomServiceClient, WebhookReceiver } from 'livekit-server-sdk';

const binary = process.env.STOA_BIN;
if (!binary) {
  console.error('set STOA_BIN to the path of the stoa binary');
  process.exit(2);
}
const key = 'hooks';
const secret = 'a secret of decent length for webhooks';
const receiver = new WebhookReceiver(key, secret);

const events = [];
let refuse = 2; // The first attempts find the receiver out of order.
const hook = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    try {
      assert.equal(request.headers['content-type'], 'application/webhook+json');
      const body = Buffer.concat(chunks).toString();
      const event = await receiver.receive(body, request.headers.authorization);
      await assert.rejects(receiver.receive(`${body} `, request.headers.authorization));
      if (refuse > 0) {
        refuse -= 1;
        response.writeHead(503).end();
        return;
      }
      events.push(event);
      response.writeHead(204).end();
    } catch (error) {
      console.error('the receiver does not accept what came:', error);
      response.writeHead(400).end();
    }
  });
});
hook.listen(0, '127.0.0.1');
await once(hook, 'listening');

const folder = await mkdtemp(join(tmpdir(), 'stoa-webhooks-'));
const [http, udp, tcp] = await freePorts(3);
const config = join(folder, 'stoa.toml');
await writeFile(
  config,
  `[keys]
${key} = "${secret}"
[http]
listen = "127.0.0.1:${http}"
[media]
addresses = ["127.0.0.1"]
udp_port = ${udp}
tcp_port = ${tcp}
[turn]
udp_port = 0
tcp_port = 0
tls_port = 0
[store]
path = "${join(folder, 'stoa.sqlite')}"
[webhooks]
urls = ["http://127.0.0.1:${hook.address().port}/hook?secret=1"]
api_key = "${key}"
`,
);
const server = spawn(binary, ['serve', '--config', config], {
  stdio: ['ignore', 'inherit', 'inherit'],
  // Variables of this name would configure it.
  env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STOA_'))),
});

let failed = false;
try {
  const url = `http://127.0.0.1:${http}`;
  const rooms = new RoomServiceClient(url, key, secret);
  await until(async () => (await rooms.listRooms()) !== undefined, 'the server is up');
  const room = await rooms.createRoom({ name: 'red', metadata: 'm' });
  await new AgentDispatchClient(url, key, secret).createDispatch('red', 'nobody');
  await rooms.createRoom({ name: 'blue' });
  await rooms.deleteRoom('red');
  await rooms.deleteRoom('blue');

  await until(() => events.length >= 4, 'four events arrive');
  for (const name of ['red', 'blue']) {
    const told = events.filter((event) => event.room.name === name).map((event) => event.event);
    assert.deepEqual(told, ['room_started', 'room_finished'], `in order in ${name}`);
  }
  const started = events.find((event) => event.room.name === 'red');
  assert.equal(started.room.sid, room.sid);
  assert.equal(started.room.metadata, 'm');
  assert.equal(new Set(events.map((event) => event.id)).size, events.length, 'each told once');
  console.log('ok   webhooks are signed, retried and in order');
} catch (error) {
  failed = true;
  console.error('FAIL', error);
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
  hook.close();
  await rm(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);

async function until(ask, what) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      if (await ask()) return;
    } catch (error) {
      if (error instanceof assert.AssertionError || Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error(`did not come true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function freePorts(count) {
  const probes = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(probes.map((probe) => once(probe, 'listening')));
  const ports = probes.map((probe) => probe.address().port);
  probes.forEach((probe) => probe.close());
  return ports;
}
