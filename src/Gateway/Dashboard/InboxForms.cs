using Microsoft.AspNetCore.Http.HttpResults;
using PantryChain.Gateway.Dashboard.Pages;
using PantryChain.Gateway.Inbox;
using PantryChain.Telemetry.Journaling;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>The inbox's pages and what their forms do (protocol, "The gateway's pages").</summary>
internal static class InboxForms
{
    /// <summary>Maps them.</summary>
    public static void MapInbox(this WebApplication app, RouteGroupBuilder forms)
    {
        app.MapGet("/inbox", IResult (HttpContext http, PantryView view, InboxView inbox, Door door) =>
            new RazorComponentResult<InboxPage>(new { View = view, Inbox = inbox, Form = door.FormOf(http) }));
        app.MapGet("/parts/inbox", IResult (HttpContext http, InboxView inbox, Door door) =>
            new RazorComponentResult<InboxPart>(new { Inbox = inbox, Form = door.FormOf(http), Limit = InboxPart.OnHome }));
        app.MapGet("/parts/inbox/all", IResult (HttpContext http, PantryView view, InboxView inbox, Door door) =>
            new RazorComponentResult<InboxList>(new { View = view, Inbox = inbox, Form = door.FormOf(http) }));
        app.MapGet("/events/{seq}", EventOf);
        forms.MapPost("/inbox/{id}/answer", (HttpContext http, string id, InboxDesk desk) =>
            Act(http, "/inbox", form => TryNumber(id, out long number) ? desk.Resolve(number, form["choice"]) : DeskAnswer.NotThere));
        forms.MapPost("/inbox/{id}/undo", (HttpContext http, string id, InboxDesk desk) =>
            Act(http, "/inbox", _ => TryNumber(id, out long number) ? desk.Undo(number) : DeskAnswer.NotThere));
        forms.MapPost("/events/{seq}/undo", (HttpContext http, string seq, InboxDesk desk) =>
            Act(http, "/inbox", _ => TryNumber(seq, out long number) ? desk.TakeBack((ulong)number) : DeskAnswer.NotThere));
    }

    private static IResult EventOf(HttpContext http, string seq, PantryView view, InboxView inbox, Journal journal, Door door) =>
        TryNumber(seq, out long number) && journal.Read((ulong)number, 1) is [{ } found, ..] && found.Seq == (ulong)number
            ? new RazorComponentResult<EventPage>(new { View = view, Inbox = inbox, Event = found, Form = door.FormOf(http) })
            : Refusal.NotFound(http);

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number) && number > 0;

    private static IResult Act(HttpContext http, string page, Func<IFormCollection, DeskAnswer> act)
    {
        return act(http.Request.Form) switch
        {
            DeskAnswer.Done => new SeeOther(page),
            DeskAnswer.BadChoice => Refusal.Of(http, 400, "not_offered", words => words.Inbox.NotOffered, words => words.Inbox.NotOfferedHint),
            DeskAnswer.TooLate => Refusal.Of(http, 409, "too_late", words => words.Inbox.AnsweredAlready, words => words.Inbox.AnsweredAlreadyHint),
            _ => Refusal.NotFound(http),
        };
    }
}
