//! The text of session descriptions (RFC 8866): what we need to know of a client's, and what we
//! change in those that str0m drafts.
//!
//! str0m negotiates; this only reads and rewrites lines. Begin with [`scan`] and [`finish`].

mod finish;
pub(crate) mod scan;

pub(crate) use finish::{Finish, OpusFormat, SectionPlan, Sending, finish};
pub(crate) use scan::{Direction, Section, scan};

/// The longest description that is looked at. A client's first offer with six sections is 14 to
/// 19 kB; a section is about 2 kB, so this is a hundred and more of them.
pub(crate) const MAX_SDP_BYTES: usize = 256 * 1024;

/// Sections beyond these are refused: a participant with 100 tracks at once is a mistake, and
/// each costs time in every poll of the connection.
pub(crate) const MAX_SECTIONS: usize = 128;
