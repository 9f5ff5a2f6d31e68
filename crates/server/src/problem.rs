//! What ends the program: one sentence for the person who started it.

use std::fmt;

/// Something that the person at the command line has to know and can act on. It is printed once,
/// by `main`, and the process ends with [`Problem::EXIT_CODE`].
#[derive(Debug)]
pub(crate) struct Problem {
    tried: String,
    wrong: String,
    advice: String,
}

impl Problem {
    /// 1 is also what a shell gets from a refused command; clap itself ends with 2 on bad usage.
    pub(crate) const EXIT_CODE: u8 = 1;

    /// "Could not `tried`: `wrong`; `advice`."
    pub(crate) fn new(
        tried: impl Into<String>,
        wrong: impl fmt::Display,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            tried: tried.into(),
            wrong: wrong.to_string(),
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "could not {}: {}; {}",
            self.tried, self.wrong, self.advice
        )
    }
}
