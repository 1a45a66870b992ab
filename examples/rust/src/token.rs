//! The two steps to a system token.

use std::{env, error::Error, time::Duration};

use reqwest::RequestBuilder;
use serde_json::Value;

pub type Trouble = Box<dyn Error + Send + Sync>;

pub fn url() -> String {
    setting("DOORSTREAM_URL", "http://127.0.0.1:8080").trim_end_matches('/').to_owned()
}

pub fn system_id() -> String {
    setting("DOORSTREAM_SYSTEM", "0738b8df-329a-4d50-88e7-7a48928c4d6f")
}

/// The API client gets an id token, which is traded for a token of one system.
pub async fn get_system_token() -> Result<String, Trouble> {
    let client = setting("DOORSTREAM_CLIENT", "demo");
    let secret = setting("DOORSTREAM_SECRET", "demo-secret");
    let web = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;

    let identify = web.post(format!("{}/oauth2/token", url()));
    let form = [("grant_type", "client_credentials")];
    let id_token = ask(identify.basic_auth(client, Some(secret)).form(&form), "id_token").await?;

    let trade = web.post(format!("{}/api/systems/{}/token", url(), system_id()));
    ask(trade.bearer_auth(id_token), "token").await
}

/// Tries until there is a server again.
pub async fn wait_for_system_token() -> String {
    loop {
        match get_system_token().await {
            Ok(token) => return token,
            Err(why) => eprintln!("{why}"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn ask(request: RequestBuilder, field: &str) -> Result<String, Trouble> {
    let response = request.send().await.map_err(|_| format!("No server answers at {}", url()))?;
    let (status, path) = (response.status(), response.url().path().to_owned());
    let body = response.text().await?;
    if !status.is_success() {
        return Err(format!("{path} answered {status}: {body}").into());
    }
    let answer: Value = serde_json::from_str(&body)?;
    Ok(answer[field].as_str().ok_or("The answer has no token in it.")?.to_owned())
}

fn setting(name: &str, otherwise: &str) -> String {
    env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}
