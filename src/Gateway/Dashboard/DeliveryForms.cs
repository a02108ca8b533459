using Microsoft.AspNetCore.Mvc;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Deliveries;
using PantryChain.Gateway.Inbox;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the forms about a delivery do: whose packs came, and the code on the slip (protocol, "The gateway's pages"). No other door releases money unasked.</summary>
internal static class DeliveryForms
{
    /// <summary>The answer that an order brought the packs.</summary>
    public const string Cooperative = "cooperative";

    /// <summary>The answer that the household bought them.</summary>
    public const string Own = "own";

    /// <summary>Maps them.</summary>
    public static void MapDeliveries(this RouteGroupBuilder forms)
    {
        forms.MapPost("/rises/{id:long}/answer", (HttpContext http, long id, [FromServices] DeliveryDesk? desk) =>
            Act(http, form => (form["choice"].ToString(), desk) switch
            {
                (_, null) => DeskAnswer.NotThere,
                (Cooperative, _) => desk.Answer(id, cooperative: true),
                (Own, _) => desk.Answer(id, cooperative: false),
                _ => DeskAnswer.BadChoice,
            }));
        forms.MapPost("/rises/{id:long}/undo", (HttpContext http, long id, [FromServices] DeliveryDesk? desk) => Act(http, _ => desk?.Undo(id) ?? DeskAnswer.NotThere));
        forms.MapPost("/orders/{order}/code", Enter);
    }

    private static IResult Act(HttpContext http, Func<IFormCollection, DeskAnswer> act)
    {
        return act(http.Request.Form) switch
        {
            DeskAnswer.Done => new SeeOther("/"),
            DeskAnswer.BadChoice => Refusal.Of(http, 400, "not_offered", words => words.Inbox.NotOffered, words => words.Inbox.NotOfferedHint),
            DeskAnswer.TooLate => Refusal.Of(http, 409, "settled", words => words.Delivery.Settled, words => words.Delivery.SettledHint),
            _ => Refusal.NotFound(http),
        };
    }

    private static IResult Enter(HttpContext http, string order, [FromServices] DeliveryDesk? desk, [FromServices] PaperBook? papers)
    {
        if (desk is null || !Hash32.TryParse(order, out Hash32 id))
            return Refusal.NotFound(http);
        if (!DeliveryCode.TryParse(http.Request.Form["code"], out DeliveryCode code))
            return Refusal.Of(http, 400, "no_code", words => words.Delivery.NoCode, words => words.Delivery.NoCodeHint);
        switch (desk.Enter(new OrderId(id), code))
        {
            case CodeAnswer.Right:
                return new SeeOther("/");
            case CodeAnswer.Wrong when papers!.Of(new OrderId(id)).Wrong is var wrong and < DeliveryCode.MostWrong:
                return Refusal.Of(http, 403, "wrong_code", words => words.Delivery.WrongCode, words => words.Delivery.WrongCodeHint(DeliveryCode.MostWrong - wrong));
            case CodeAnswer.Wrong or CodeAnswer.UsedUp:
                return Refusal.Of(http, 409, "codes_used_up", words => words.Delivery.UsedUp, words => words.Delivery.UsedUpHint);
            case CodeAnswer.NotToldYet:
                return Refusal.Of(http, 409, "code_not_told", words => words.Delivery.NotTold, words => words.Delivery.NotToldHint);
            default:
                return Refusal.NotFound(http);
        }
    }
}
