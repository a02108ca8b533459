using System.Globalization;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Gateway.Ordering;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What the member tells about use and wishes: how long a pack lasts, what may stand in, that nobody is at home (protocol, "The gateway's pages").</summary>
internal static class HabitForms
{
    private const int LongestAbsence = 366;

    /// <summary>Maps them.</summary>
    public static void MapHabits(this RouteGroupBuilder forms)
    {
        forms.MapPost("/products/{gtin}/lasts", Lasts);
        forms.MapPost("/products/{gtin}/substitutes/{substitute}", Substitute);
        forms.MapPost("/away", Away);
        forms.MapPost("/back", (WishBook wishes, TimeProvider time) =>
        {
            wishes.ComeHome(time.GetUtcNow());
            return new SeeOther("/");
        });
    }

    private static IResult Lasts(HttpContext http, string gtin, Household household, Learner learner, TimeProvider time)
    {
        IFormCollection form = http.Request.Form;
        if (!Gtin.TryParse(gtin, out Gtin product) || household.FindProduct(product) is null)
            return Refusal.NotFound(http);
        double? days = null;
        if (form["skip"].Count == 0)
        {
            if (!double.TryParse(form["days"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double told) || told is not (>= AnswerBook.Shortest and <= AnswerBook.Longest))
                return Refusal.Of(http, 400, "bad_value", words => words.BadValue("days"), words => words.BadValueHint);
            days = told;
        }
        learner.Answer(product, days, time.GetUtcNow());
        return new SeeOther($"/products/{product}");
    }

    private static IResult Substitute(HttpContext http, string gtin, string substitute, Household household, WishBook wishes)
    {
        IFormCollection form = http.Request.Form;
        if (!Gtin.TryParse(gtin, out Gtin product) || !Gtin.TryParse(substitute, out Gtin other) || household.FindProduct(product)?.Stock.Substitutes.Contains(other) != true)
            return Refusal.NotFound(http);
        if (form["allow"].ToString() is not ("yes" or "no"))
            return Refusal.Of(http, 400, "bad_value", words => words.BadValue("allow"), words => words.BadValueHint);
        wishes.Allow(product, other, form["allow"] == "yes");
        return new SeeOther($"/products/{product}");
    }

    private static IResult Away(HttpContext http, WishBook wishes, TimeProvider time, IServiceProvider stations)
    {
        IFormCollection form = http.Request.Form;
        int days = 0;
        if (form["days"].ToString() is { Length: > 0 } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) && days is >= 1 and <= LongestAbsence))
            return Refusal.Of(http, 400, "bad_value", words => words.BadValue("days"), words => words.BadValueHint);
        DateTimeOffset now = time.GetUtcNow();
        wishes.Leave(now, days == 0 ? null : now.AddDays(days));
        stations.GetService<Decider>()?.ReviewAll(); // open questions are withdrawn now, not when the network answers
        return new SeeOther("/");
    }
}
