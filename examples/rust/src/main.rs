//! Hears who asks to come in, with rust_socketio on tokio.
//!
//!     cargo run -- [topics]

mod token;

use std::{
    env,
    fmt::Display,
    sync::atomic::{AtomicBool, Ordering},
};

use futures_util::FutureExt;
use rust_socketio::{
    asynchronous::{Client, ClientBuilder, ReconnectSettings},
    Event, Payload, TransportType,
};
use serde_json::{json, Value};

#[tokio::main]
async fn main() {
    let mut topics: Vec<String> = env::args().skip(1).collect();
    if topics.is_empty() {
        topics = ["allowed", "denied", "unknown"].map(|answer| format!("device.request.{answer}")).to_vec();
    }
    let token = token::get_system_token().await.unwrap_or_else(|why| end(why));

    let client = ClientBuilder::new(token::url())
        // Over polling it takes each piece of an answer for a whole one, and loses events.
        .transport_type(TransportType::Websocket)
        .auth(json!({ "systemId": token::system_id(), "token": token }))
        // Asked before each attempt to come back: so that has a token of its own.
        .on_reconnect(|| {
            async {
                let token = token::wait_for_system_token().await;
                let mut settings = ReconnectSettings::new();
                settings.auth(json!({ "systemId": token::system_id(), "token": token }));
                settings
            }
            .boxed()
        })
        .reconnect_on_disconnect(true)
        // A new connection has no subscriptions, so this is said after a reconnect too.
        .on(Event::Connect, move |_, client| {
            let topics = json!({ "topics": topics });
            async move { say(&client, "subscribeIsolated", topics).await }.boxed()
        })
        .on_any(|topic, payload, client| async move { hear(&topic, payload, client) }.boxed())
        .on(Event::Error, |why, _| async move { complain(why) }.boxed())
        .connect()
        .await
        .unwrap_or_else(|why| end(why));

    tokio::signal::ctrl_c().await.expect("Ctrl-C can be waited for");
    let _ = client.disconnect().await;
}

fn hear(topic: &Event, payload: Payload, client: Client) {
    let Payload::Text(said) = payload else { return };
    println!("{}", json!({ "topic": topic.as_str(), "event": said[0] }));
    if topic.as_str() == "invalidToken" {
        // It came in the place of an event that met a lapsed token. What was missed follows the renewal.
        tokio::spawn(renew(client));
    }
}

/// One renewal is enough for all that was missed until then.
async fn renew(client: Client) {
    static RENEWING: AtomicBool = AtomicBool::new(false);
    if RENEWING.swap(true, Ordering::Relaxed) {
        return;
    }
    match token::get_system_token().await {
        Ok(token) => say(&client, "renewedToken", json!({ "token": token })).await,
        Err(why) => eprintln!("The next invalidToken is another chance: {why}"),
    }
    RENEWING.store(false, Ordering::Relaxed);
}

async fn say(client: &Client, name: &str, payload: Value) {
    if let Err(why) = client.emit(name, payload).await {
        eprintln!("{name} was not said: {why}");
    }
}

fn complain(why: Payload) {
    let Payload::Text(why) = why else { return };
    // What will not pass by trying again: the server has answered CONNECT with a refusal.
    match why[0].as_str() {
        Some(why) if why.contains("ConnectError") => end(why),
        _ => eprintln!("{}", why[0]),
    }
}

fn end(why: impl Display) -> ! {
    eprintln!("{why}");
    std::process::exit(1)
}
