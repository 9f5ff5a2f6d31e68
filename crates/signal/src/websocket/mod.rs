//! WebSockets of participants.
//!
//! Our own, for the sake of memory: a library's buffers keep the size of the largest message yet. A
//! description of a large meeting is 60 kB, and what follows it for an hour are pings. Here a
//! connection that waits holds a quarter of a kilobyte.
//!
//! Absent on purpose: extensions, and answers to pings, which are the session's to count.

mod frames;
mod upgrade;

pub(crate) use frames::{Decoder, Malformed, Message};
pub(crate) use upgrade::Upgrade;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

pub(crate) struct WebSocket {
    connection: TokioIo<Upgraded>,
    decoder: Decoder,
}

impl WebSocket {
    fn new(upgraded: Upgraded, most_bytes: usize) -> Self {
        Self {
            connection: TokioIo::new(upgraded),
            decoder: Decoder::new(most_bytes),
        }
    }

    /// The next message; `None` when the connection has ended. Cancel-safe.
    pub(crate) async fn recv(&mut self) -> Option<Result<Message, Malformed>> {
        loop {
            match self.decoder.next() {
                Ok(Some(message)) => return Some(Ok(message)),
                Ok(None) => {}
                Err(malformed) => return Some(Err(malformed)),
            }
            // An error is the client's end, as if it had hung up.
            if let Ok(0) | Err(_) = self.connection.read_buf(self.decoder.buffer()).await {
                return None;
            }
        }
    }

    /// Reads on until the other side has answered our close.
    pub(crate) async fn closed(&mut self) {
        while let Some(message) = self.recv().await {
            match message {
                Ok(Message::Close(_)) => return,
                Ok(_) => {}
                Err(_) => break,
            }
        }
        // Bytes that nobody takes would make the kernel reset the connection, and our last word with
        // it.
        let mut rest = [0; 1_024];
        while let Ok(1..) = self.connection.read(&mut rest).await {}
    }

    /// Not cancel-safe: half a frame may have gone.
    ///
    /// # Errors
    /// When the connection has ended.
    pub(crate) async fn send(&mut self, message: Message) -> std::io::Result<()> {
        self.connection.write_all(&message.to_frame()).await?;
        self.connection.flush().await
    }
}
