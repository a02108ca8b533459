using PantryChain.Rehearsal.Commands;
using PantryChain.Rehearsal.World;

namespace PantryChain.Bench.Living;

/// <summary>A world to live in: what is unusual about household and store.</summary>
/// <param name="Name">As <c>--world</c> takes it.</param>
/// <param name="Says">What is unusual, for people.</param>
/// <param name="Habits">How the household shops and unpacks.</param>
internal sealed record LivedWorld(string Name, string Says, Habits Habits)
{
    /// <summary>All worlds, the usual one first.</summary>
    public static IReadOnlyList<LivedWorld> All { get; } =
    [
        new("default", "as ./pantry up rehearses it", Habits.Usual),
        new("drinking", "somebody takes some of each delivery before its reading settles", Habits.Usual with { DrinksAtOnce = true }),
        new("alone", "nobody shops elsewhere once a product is ordered without asking", Habits.Usual with { ErrandEvery = 0, ShopsWhenBare = false }),
        new("sleeping", "the store accepts nothing for 40 days and does not even answer for ten of them", Habits.Usual) { Sleep = new Sleep(40, 40, 50, 10) },
        new("shopping", "while an order is under way somebody always brings a pack home as well", Habits.Usual with { ErrandEvery = 1 }),
    ];

    /// <summary>When the store sleeps, or null.</summary>
    public Sleep? Sleep { get; init; }

    /// <summary>The world of a name.</summary>
    /// <exception cref="UsageException">There is none; the text names them all.</exception>
    public static LivedWorld Find(string name) => All.FirstOrDefault(world => world.Name == name)
        ?? throw new UsageException($"There is no world '{Domain.Identity.Foreign.Short(name)}'. Use --world with {string.Join(", ", All.Select(world => world.Name))}.");
}

/// <summary>A store that sleeps, in household days from the origin.</summary>
/// <param name="FromDay">Nothing is accepted from this day on.</param>
/// <param name="Days">For so many days.</param>
/// <param name="SilentFromDay">Nobody even answers from this day on.</param>
/// <param name="SilentDays">For so many days.</param>
internal sealed record Sleep(int FromDay, int Days, int SilentFromDay, int SilentDays)
{
    /// <summary>True while the desk sleeps.</summary>
    public bool IsAsleep(double day) => day >= FromDay && day < FromDay + Days;

    /// <summary>True while nobody answers.</summary>
    public bool IsSilent(double day) => day >= SilentFromDay && day < SilentFromDay + SilentDays;
}
