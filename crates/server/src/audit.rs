//! `stoa audit verify`: whether anybody has tampered with a log.

use crate::config::Config;
use crate::database::{self, Told};
use crate::problem::Problem;
use std::process::ExitCode;
use store::{PageRequest, Store, StoreError};
use tenancy::audit::{self, Verdict};

/// Tenants read at a time.
const BATCH: u32 = 200;

/// Says it of every tenant; fails if one log does not hold.
pub(crate) fn verify(config: &Config) -> Result<ExitCode, Problem> {
    let verdicts = database::with(config, async |store| {
        verdicts(store)
            .await
            .map_err(|error| Problem::new("read the audit log", Told(error), "check the database"))
    })?;
    let mut code = ExitCode::SUCCESS;
    for (name, verdict) in verdicts {
        match verdict {
            Verdict::Whole { entries, .. } => println!("{name}: {entries} entries, whole"),
            Verdict::Broken { seq } => {
                code = ExitCode::FAILURE;
                println!("{name}: broken at entry {seq}");
            }
        }
    }
    Ok(code)
}

async fn verdicts(store: &Store) -> Result<Vec<(String, Verdict)>, StoreError> {
    let mut reader = store.reader().await?;
    let platform = audit::verify(&mut reader, &audit::platform()).await?;
    let mut verdicts = vec![("platform".to_owned(), platform)];
    let mut after = None;
    loop {
        let request = PageRequest {
            limit: BATCH,
            after,
        };
        let page = reader.tenants().list(&request).await?;
        for tenant in page.items {
            let verdict = audit::verify(&mut reader, &tenant.id).await?;
            verdicts.push((tenant.slug, verdict));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(verdicts),
        }
    }
}
