using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PantryChain.Domain.Identity;
using PantryChain.Ui.Components;
using PantryChain.Ui.Hosting;

namespace PantryChain.Store.Hosting;

/// <summary>Turns every refusal of the HTTP doors into <c>application/problem+json</c> with title, detail and code (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>Catches refusals, unreadable requests and faults; must be the first in the pipeline.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseFaults(WriteException);
        app.Use((context, next) => HasKnownCharset(context.Request) ? next(context) : throw ForStatus(StatusCodes.Status415UnsupportedMediaType));
        app.UseStatusCodePages(context => Write(context.HttpContext, ForStatus(context.HttpContext.Response.StatusCode)));
    }

    /// <summary>False for a character set that nobody has, which readers of bodies answer with a fault.</summary>
    private static bool HasKnownCharset(HttpRequest request)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || type.Charset.Length == 0)
            return true;
        return type.Encoding is not null;
    }

    private static Task WriteException(HttpContext context, Exception error)
    {
        Refusal refusal = error switch
        {
            Refusal known => known,
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ForStatus(StatusCodes.Status413PayloadTooLarge),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => ForStatus(StatusCodes.Status415UnsupportedMediaType),
            Npgsql.PostgresException { SqlState: ['2', '2', ..] } => Refusal.Malformed("A value cannot be kept: text must be without U+0000, numbers within their range."), // class 22: the data, not the database
            BadHttpRequestException => Refusal.Malformed("Send the JSON object that docs/protocol.md describes."),
            Npgsql.NpgsqlException => new Refusal(503, "database_unreachable", "The store cannot reach its database.", "Ask again in a minute; the same request is safe to repeat."),
            Ledger.Evm.EvmException => new Refusal(503, "chain_unreachable", "The store cannot reach its chain.", "Ask again in a minute; the same request is safe to repeat."),
            _ => new Refusal(500, "fault", "The store failed.", "Ask again in a minute; the operator finds the cause in the store's log."),
        };
        if (refusal.Code == "fault")
            context.RequestServices.GetRequiredService<FaultLog>().Tell(context, error);
        return Write(context, refusal);
    }

    private static async Task Write(HttpContext context, Refusal refusal)
    {
        context.RequestServices.GetRequiredService<RefusalLog>().Count("http", refusal.Code, $"{Foreign.Short($"{context.Request.Method} {context.Request.Path}")}: {Foreign.Clean(refusal.Message)}");
        if (refusal.Status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = Math.Ceiling((refusal.RetryAfter ?? TimeSpan.FromSeconds(1)).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        IResult answer = ApiProblem.IsForPeople(context.Request) ? AsPage(refusal) : ApiProblem.Of(refusal.Status, refusal.Code, refusal.Title, refusal.Detail);
        await answer.ExecuteAsync(context);
    }

    /// <summary>The same for a person in front of a browser.</summary>
    private static RazorComponentResult<MessagePage> AsPage(Refusal refusal) => new(new Dictionary<string, object?>
    {
        [nameof(MessagePage.Title)] = refusal.Title, [nameof(MessagePage.What)] = refusal.Detail, [nameof(MessagePage.NextStep)] = refusal.Code,
    }) { StatusCode = refusal.Status };

    private static Refusal ForStatus(int status) => status switch
    {
        400 => Refusal.Malformed("Send the JSON object that docs/protocol.md describes."),
        404 => Refusal.NotFound("not_found", "There is nothing at this address.", "See docs/protocol.md for the calls that the store answers."),
        405 => new Refusal(405, "method_not_allowed", "This address does not take that method.", "See docs/protocol.md for the calls that the store answers."),
        401 => Refusal.Unauthorized("Send the token from joining as 'Authorization: Bearer ...'."),
        413 => new Refusal(413, "too_large", "The request is too large.", "No call of the protocol needs more than 64 KiB."),
        415 => new Refusal(415, "not_json", "The request is not JSON.", "Send 'Content-Type: application/json'."),
        _ => new Refusal(status, $"http_{status}", "The request was refused.", "See docs/protocol.md for the calls that the store answers."),
    };
}
