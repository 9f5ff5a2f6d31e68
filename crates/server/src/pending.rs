//! `stoa webhooks pending`: what has not reached its receiver.

use crate::config::Config;
use crate::database::{self, Told};
use crate::problem::Problem;
use base::clock::OsClock;
use store::webhooks::Listed;
use store::{Store, StoreError};

/// More than anybody reads; the count says whether there are more.
const SHOWN: u32 = 200;

pub(crate) fn run(config: &Config) -> Result<(), Problem> {
    let path = &config.store.path;
    if config.store.url.is_empty() && !path.exists() {
        return Err(Problem::new(
            format!("list the webhooks in {}", path.display()),
            "there is no such file",
            "check store.path and that this user may read it",
        ));
    }
    let (pending, given_up) = database::with(config, async |store| {
        lists(store)
            .await
            .map_err(|error| Problem::new("list the webhooks", Told(error), "check the database"))
    })?;
    let now_ms = OsClock.unix_ms();
    print_list("pending", &pending, now_ms);
    print_list("given up", &given_up, now_ms);
    Ok(())
}

async fn lists(store: &Store) -> Result<(Vec<Listed>, Vec<Listed>), StoreError> {
    let mut reader = store.reader().await?;
    let pending = reader.webhooks().pending(SHOWN).await?;
    let given_up = reader.webhooks().given_up(SHOWN).await?;
    Ok((pending, given_up))
}

fn print_list(title: &str, deliveries: &[Listed], now_ms: u64) {
    let more = if deliveries.len() == SHOWN as usize {
        " or more"
    } else {
        ""
    };
    println!("{title}: {}{more}", deliveries.len());
    for delivery in deliveries {
        println!("  {}", line(delivery, now_ms));
    }
}

fn line(delivery: &Listed, now_ms: u64) -> String {
    let age_s = now_ms.saturating_sub(delivery.enqueued_ms) / 1_000;
    let mut line = format!(
        "{} {} to {}, {age_s} s old, {} attempts",
        delivery.event_id, delivery.event, delivery.endpoint, delivery.attempts
    );
    if !delivery.last_error.is_empty() {
        line.push_str(&format!(", last: {}", delivery.last_error));
    }
    if delivery.given_up_ms.is_none() && delivery.due_ms > now_ms {
        line.push_str(&format!(
            ", next in {} s",
            (delivery.due_ms - now_ms) / 1_000
        ));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::webhooks::DeliveryId;

    #[test]
    fn a_line_says_how_old_why_and_when_next() {
        let delivery = Listed {
            id: DeliveryId(1),
            event_id: "EV_1".into(),
            event: "room_started".into(),
            endpoint: "http://127.0.0.1:1/hook".into(),
            enqueued_ms: 1_000,
            due_ms: 70_000,
            attempts: 2,
            given_up_ms: None,
            last_error: "connection refused".into(),
        };
        assert_eq!(
            line(&delivery, 61_000),
            "EV_1 room_started to http://127.0.0.1:1/hook, 60 s old, 2 attempts, last: connection refused, next in 9 s"
        );
    }
}
