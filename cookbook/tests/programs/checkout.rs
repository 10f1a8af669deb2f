use crate::program::{Program, command, get};

#[tokio::test]
async fn user_is_redirected_to_the_checkout_and_back() {
    let mut program = Program::start(command(env!("CARGO_BIN_EXE_checkout")).env("CHECKOUT_ADDRESS", "127.0.0.1:0"));
    let link = program.line("buy at ");
    let answer = get(&link).await;
    assert_eq!(answer.status(), 303);
    // The demo has no payment page, so a checkout redirects back immediately.
    let target = answer.headers()["location"].to_str().expect("a text").to_owned();
    let own_url = link.split("/buy/").next().expect("an address");
    assert_eq!(target, format!("{own_url}/thanks?checkout=b348a65a-4d5d-42d3-a214-139fd737aef6"));
    assert_eq!(get(&target).await.text().await.expect("a text"), "Thank you! You paid 19.00 USD.\n");

    let portal = get(format!("{own_url}/portal?user=jane")).await;
    assert_eq!(portal.status(), 303);
    assert!(portal.headers()["location"].to_str().expect("a text").starts_with("https://"), "{portal:?}");

    let other = format!("{own_url}/thanks?checkout=00000000-0000-4000-8000-000000000000");
    assert_eq!(get(&other).await.status(), 404);
    assert_eq!(get(format!("{own_url}/thanks?checkout=nonsense")).await.status(), 400);
    assert_eq!(get(format!("{own_url}/buy/nonsense?user=jane")).await.status(), 400);
    program.terminate();
}
