//! Why a schedule is refused.

/// What is wrong with a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleRefusal {
    #[error("the time is not a local date and time like 2026-12-01T15:00")]
    MalformedTime,
    #[error("the time zone is not one of the IANA database, like Asia/Shanghai")]
    UnknownTimezone,
    #[error("a meeting lasts from 1 minute to 24 hours")]
    Duration,
    /// With the part of the rule that could not be read.
    #[error("the recurrence cannot be read: {part} is wrong")]
    MalformedRecurrence { part: &'static str },
    /// RFC 5545 has it, and this program has not.
    #[error("the recurrence uses {part}, which is not supported")]
    UnsupportedRecurrence { part: &'static str },
    #[error("no date matches this recurrence")]
    NeverHappens,
}

impl ScheduleRefusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::MalformedTime => "malformed_time",
            Self::UnknownTimezone => "unknown_timezone",
            Self::Duration => "bad_duration",
            Self::MalformedRecurrence { .. } => "malformed_recurrence",
            Self::UnsupportedRecurrence { .. } => "unsupported_recurrence",
            Self::NeverHappens => "never_happens",
        }
    }
}
