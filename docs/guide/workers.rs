use http::HeaderMap;
use polar_client::types::WebhookPayload;
use polar_client::{Error, Polar, Server, webhook_events::Verifier};
use worker::{Context, Env, Request, Response, RouteContext, Router, Url, console_error, console_log, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> worker::Result<Response> {
    Router::new()
        .get_async("/checkout/:product", checkout)
        .post_async("/webhooks/polar", receive)
        .run(request, env)
        .await
}

/// Redirects to a checkout of the product.
async fn checkout(_: Request, context: RouteContext<()>) -> worker::Result<Response> {
    let Some(Ok(product)) = context.param("product").map(|product| product.parse()) else {
        return Response::error("no such product", 404);
    };
    let created = match polar(&context.env)? {
        Ok(polar) => polar.checkouts().create([product]).await,
        Err(error) => Err(error),
    };
    match created {
        Ok(checkout) => Response::redirect(Url::parse(&checkout.url)?),
        Err(error) => {
            console_error!("{error}");
            Response::error("no checkout at the moment", 502)
        }
    }
}

/// Receives webhooks. Polar sends one again unless it is answered with a success.
async fn receive(mut request: Request, context: RouteContext<()>) -> worker::Result<Response> {
    let secret = context.env.secret("POLAR_WEBHOOK_SECRET")?.to_string();
    let (headers, body) = (HeaderMap::from(request.headers()), request.bytes().await?);
    match Verifier::new([secret]).and_then(|verifier| verifier.verify(&headers, &body)) {
        Ok(delivery) => {
            if let WebhookPayload::OrderPaid(event) = delivery.payload {
                console_log!("paid: {}", event.data.id);
            }
            Ok(Response::empty()?.with_status(204))
        }
        Err(error) => Response::error(error.to_string(), error.status().as_u16()),
    }
}

fn polar(env: &Env) -> worker::Result<Result<Polar, Error>> {
    let token = env.secret("POLAR_ACCESS_TOKEN")?.to_string();
    Ok(Polar::builder().token(token).server(Server::Sandbox).build())
}
