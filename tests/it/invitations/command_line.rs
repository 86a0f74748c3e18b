//! The same at a prompt.

use llpr_cli::Exit;
use llpr_tests::{first, on_both_engines};

use super::{NEW, posted};
use crate::command_line::{call, run};

on_both_engines! {
    County async fn somebody_is_invited_and_signs_in_at_the_command_line(world) {
        let mut mailbox = posted(&mut world).await;
        let invite = ["user", "invite", "--email", "una@marlshire.example", "--name", "Una Fenn", "--role", "governor", "--node", "900001"];
        let (exit, out, err) = run(&world, "HEADTEACHER", &invite).await;
        assert!(exit == Exit::Ok && out.contains("waiting"), "{out}{err}");
        let (_, out, _) = run(&world, "HEADTEACHER", &["user", "invitations", "--output", "csv"]).await;
        let name = out.lines().nth(1).and_then(|line| line.rsplit(',').next()).expect("an invitation").to_owned();
        mailbox.receive().await;
        let (exit, _, err) = run(&world, "HEADTEACHER", &["user", "resend", &name]).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let link = mailbox.receive().await.body.split_whitespace().find(|word| word.contains("secret=")).unwrap().to_owned();
        let (exit, _, err) = call(&world, "una", &["password", "set", "--password-stdin"], format!("{link}\n{NEW}\n")).await;
        assert!(exit == Exit::Ok && err.contains("una@marlshire.example"), "{err}");

        let ask = ["login", "--link", "--email", "una@marlshire.example"];
        let (exit, _, err) = call(&world, "una", &ask, String::new()).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let link = mailbox.receive().await.secret();
        let (exit, _, err) = call(&world, "una", &["login", "--link"], format!("{link}\n")).await;
        assert!(exit == Exit::Ok && err.contains("as una@marlshire.example"), "{err}");
        let (_, out, _) = call(&world, "una", &["session", "list"], String::new()).await;
        assert!(out.contains("link") && out.contains("yes"), "{out}");
        let (exit, _, err) = call(&world, "una", &["session", "end", "--others"], String::new()).await;
        assert_eq!(exit, Exit::Ok, "{err}");
        let (exit, _, _) = call(&world, "una", &["login", "--link"], format!("{link}\n")).await;
        assert_eq!(exit, Exit::NotAllowed);

        let (exit, out, _) = run(&world, "ADMINISTRATOR", &["user", "link", &first("LLP").email]).await;
        assert!(exit == Exit::Ok && out.starts_with("https://review.marlshire.example/link?secret="), "{out}");
        let (_, out, _) = run(&world, "ADMINISTRATOR", &["mail", "list", "--state", "sent"]).await;
        assert_eq!(out.matches("una@marlshire.example").count(), 3, "{out}");
        let (exit, _, err) = run(&world, "HEADTEACHER", &["user", "cancel", &name]).await;
        assert_eq!(exit, Exit::Conflict, "{err}");
    }
}
