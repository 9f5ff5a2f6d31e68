import { once } from "node:events";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

/** Longer than a claim on a letter whose process was killed. */
const ARRIVES_WITHIN_MS = 120_000;

/**
 * A mail server (npm's `smtp-server`) that keeps what it is given. `open` takes its options, and
 * the port that it had before when it comes back.
 */
export class Mailbox {
  /** Letters in the order in which they came. */
  letters = [];
  /** Users who signed in, and `null` for letters from nobody. */
  users = [];
  port = 0;

  async open(options = {}) {
    this.server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      onData: (stream, session, done) => this.#keep(stream, session).then(() => done(), done),
      ...options,
    });
    // Clients that hang up in the middle are part of the stories.
    this.server.on("error", () => {});
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server.server, "listening");
    this.port = this.server.server.address().port;
  }

  close() {
    return new Promise((closed) => this.server.close(closed));
  }

  /** The letter after the first `count`, once it has come. */
  async after(count) {
    const deadline = Date.now() + ARRIVES_WITHIN_MS;
    while (this.letters.length <= count) {
      if (Date.now() > deadline) throw new Error(`${this.letters.length} letters came, and no more`);
      await new Promise((later) => setTimeout(later, 50));
    }
    return this.letters[count];
  }

  /** What `act` brings. */
  async brings(act) {
    const count = this.letters.length;
    await act();
    return this.after(count);
  }

  async #keep(stream, session) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    this.users.push(session.user ?? null);
    this.letters.push({
      raw: raw.toString(),
      to: session.envelope.rcptTo.map(({ address }) => address),
      sender: session.envelope.mailFrom.address,
      isSecure: session.secure,
      ...(await PostalMime.parse(raw).then(({ subject, text, html, from, headers, messageId }) => ({ subject, text, html, from, headers, messageId }))),
    });
  }
}

/** The first address in a letter's text. */
export const linkIn = (letter) => letter.text.match(/https?:\/\/\S+/)[0];
