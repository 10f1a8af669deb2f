use crate::program::{Program, command, get};

#[tokio::test]
async fn a_user_sees_subscriptions_and_orders() {
    let mut program = Program::start(command(env!("CARGO_BIN_EXE_portal")).env("PORTAL_ADDRESS", "127.0.0.1:0"));
    let own_url = program.line("listening on ");
    let page = get(format!("{own_url}/account?user=jane")).await;
    assert_eq!(page.status(), 200);
    let text = page.text().await.expect("a text");
    let (subscriptions, orders) = text.split_once("Orders\n").expect("two parts");
    assert_eq!(subscriptions, "Subscriptions\n  Team: canceled, ends on 2026-11-20\n");
    assert_eq!(orders.lines().count(), 4, "{text}");
    assert!(orders.lines().all(|line| line.ends_with(" USD")), "{text}");

    let answer = get(format!("{own_url}/account/manage?user=jane")).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"https://sandbox.polar.example/demo/portal".parse().expect("a value"))
    );
    assert_eq!(get(format!("{own_url}/account")).await.status(), 400);
    program.terminate();
}
