//! Stopping: what runs is finished, what is idle ends.

use std::time::{Duration, Instant};

use crate::support::{Home, JSON, bundle, head};

#[test]
fn a_request_that_runs_is_finished_and_written() {
    let home = Home::new(&["flat"]);
    let mut server = home.start();
    let held = home.clock.held.lock().unwrap();
    let mut idle = server.client();
    let mut running = server.client();
    let good = bundle("flat");
    let length = format!("Content-Length: {}", good.len());
    let head = head("POST", "/v1/positions/flat/bundles", &[JSON[0], &length]);
    running.write(&[head.as_bytes(), &good].concat());
    std::thread::sleep(Duration::from_millis(100));
    server.tell_to_stop();
    // Nobody is let in any more, and who says nothing is let go.
    assert!(idle.is_closed());
    std::thread::sleep(Duration::from_millis(50));
    assert!(std::net::TcpStream::connect(server.intake).is_err());
    assert!(running.is_open());
    drop(held);
    running.answer().unwrap().ok();
    server.stop();
    let server = home.start();
    assert_eq!(server.standing("flat")["state"], "covered");
    server.stop();
}

#[test]
fn a_request_that_does_not_end_is_cut_off_at_the_drain_time() {
    let mut home = Home::new(&["flat"]);
    home.config.limits.drain_ms = 200;
    let server = home.start();
    let mut stuck = server.client();
    stuck.write(head("POST", "/v1/positions/flat/bundles", &[JSON[0], "Content-Length: 9"]).as_bytes());
    std::thread::sleep(Duration::from_millis(50));
    let began = Instant::now();
    server.stop();
    assert!((Duration::from_millis(200)..Duration::from_secs(2)).contains(&began.elapsed()));
    assert!(stuck.is_closed());
}
