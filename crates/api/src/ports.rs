//! What the API needs of those above and beside it, as traits that `server` fulfils.

use base::{PersonId, RoomName};
use room::{Knocked, Listener, Rooms};
use room_core::features::{File, Refused};
use room_core::{Caller, JoinRefusal, Live, Newcomer};
use serde_json::Value;
use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

/// The result of an asynchronous call through a trait object.
pub type Promise<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Who may enter which room as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomGrant {
    /// The room's id, which is its name live.
    pub room: String,
    pub identity: String,
    /// As others see him.
    pub name: String,
    /// A role of the room protocol: `host`, `member`, ….
    pub role: String,
    /// None for a guest without an account.
    pub person: Option<PersonId>,
}

/// Makes and reads room tokens (LiveKit access tokens with the claim `stoa`).
pub trait RoomTokens: Send + Sync + fmt::Debug {
    /// A token that lets its holder in until `expires_s` (Unix time, seconds).
    fn mint(&self, grant: &RoomGrant, now_s: u64, expires_s: u64) -> String;

    /// None unless the token is genuine, valid now, and of one room.
    fn verify(&self, token: &str, now_s: u64) -> Option<RoomGrant>;
}

/// What goes on in rooms. None of its calls may be awaited within a transaction: a live room may
/// itself wait for the database.
pub trait LiveRooms: Send + Sync + fmt::Debug {
    /// How a room stands; none if it is not open.
    fn look<'a>(&'a self, room: &'a str) -> Promise<'a, Option<Live>>;

    /// Runs a command; opens the room for it if need be.
    fn command<'a>(
        &'a self,
        room: &'a str,
        caller: Caller,
        method: &'a str,
        json: &'a str,
    ) -> Promise<'a, Result<Value, Refused>>;

    /// Lets somebody hear without media.
    fn listen<'a>(
        &'a self,
        room: &'a str,
        newcomer: Newcomer,
    ) -> Promise<'a, Result<Listener, JoinRefusal>>;

    /// Somebody asks to be let in.
    fn knock<'a>(
        &'a self,
        room: &'a str,
        newcomer: Newcomer,
    ) -> Promise<'a, Result<Knocked, Refused>>;

    /// A file may be referred to from now on, if the room is open.
    fn file_uploaded<'a>(&'a self, room: &'a str, file: File) -> Promise<'a, ()>;
}

impl LiveRooms for Rooms {
    fn look<'a>(&'a self, room: &'a str) -> Promise<'a, Option<Live>> {
        Box::pin(async move { self.live(&RoomName::from(room)).await })
    }

    fn command<'a>(
        &'a self,
        room: &'a str,
        caller: Caller,
        method: &'a str,
        json: &'a str,
    ) -> Promise<'a, Result<Value, Refused>> {
        let name = RoomName::from(room);
        Box::pin(async move { Rooms::command(self, &name, caller, method, json).await })
    }

    fn listen<'a>(
        &'a self,
        room: &'a str,
        newcomer: Newcomer,
    ) -> Promise<'a, Result<Listener, JoinRefusal>> {
        Box::pin(async move { Rooms::listen(self, &RoomName::from(room), newcomer).await })
    }

    fn knock<'a>(
        &'a self,
        room: &'a str,
        newcomer: Newcomer,
    ) -> Promise<'a, Result<Knocked, Refused>> {
        Box::pin(async move { Rooms::knock(self, &RoomName::from(room), newcomer).await })
    }

    fn file_uploaded<'a>(&'a self, room: &'a str, file: File) -> Promise<'a, ()> {
        Box::pin(async move {
            // A room that is not open finds the file in the store when it is referred to.
            Rooms::file_uploaded(self, &RoomName::from(room), file)
                .await
                .ok();
        })
    }
}

/// What a virus scanner says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanVerdict {
    Clean,
    Infected,
    /// It did not say; the file is not released.
    Failed,
}

/// Looks at a file before anybody can have it.
pub trait Scanner: Send + Sync + fmt::Debug {
    fn scan<'a>(&'a self, file: &'a Path) -> Promise<'a, ScanVerdict>;
}
