using System.CommandLine;
using System.Globalization;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using Spectre.Console;
using PantryChain.Ui.Hosting;

namespace PantryChain.Gateway.Commands;

/// <summary><c>watch</c>: all slots of the running gateway, from raw counts to grams, until Ctrl-C; a plain table once where nobody looks.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250); // as fast as numbers can be read

    private static readonly Option<bool> Once = new("--once") { Description = "Prints one plain table and ends; without a terminal it always does." };

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Command command = new("watch", "Shows all slots live, from raw counts to grams.") { Once };
        command.SetAction((parsed, stop) => RunAsync(parsed, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        using LocalGateway gateway = LocalGateway.Open(parsed);
        IReadOnlyList<LiveSlot> slots = await SlotsAsync(gateway, stop);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(Once) || Console.IsOutputRedirected || output is not PlainWriter)
        {
            foreach (string line in WatchTable.Plain(slots))
                output.WriteLine(line);
            return 0;
        }
        LiveDisplay display = AnsiConsole.Live(WatchTable.Live(slots)).AutoClear(true).Cropping(VerticalOverflowCropping.Bottom); // a low window shows the first slots
        slots = await display.StartAsync(live => ShowAsync(gateway, live, slots, stop));
        foreach (string line in WatchTable.Plain(slots)) // what was seen last stays on the terminal
            output.WriteLine(line);
        return 0;
    }

    /// <returns>What was shown last.</returns>
    private static async Task<IReadOnlyList<LiveSlot>> ShowAsync(LocalGateway gateway, LiveDisplayContext live, IReadOnlyList<LiveSlot> shown, CancellationToken stop)
    {
        using PeriodicTimer timer = new(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    shown = await SlotsAsync(gateway, stop);
                    live.UpdateTarget(WatchTable.Live(shown));
                }
                catch (UserError error)
                {
                    live.UpdateTarget(new Text(error.Message + " This view goes on by itself; Ctrl-C leaves."));
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return shown; // Ctrl-C is how one leaves
        }
        return shown;
    }

    private static Task<IReadOnlyList<LiveSlot>> SlotsAsync(LocalGateway gateway, CancellationToken stop) =>
        gateway.AskAsync(HttpMethod.Get, "api/slots", SlotJson.Default.IReadOnlyListLiveSlot, stop);
}

/// <summary>Slots as a table, for a terminal or for a file.</summary>
internal static class WatchTable
{
    private static readonly string[] Columns = ["slot", "name", "grams", "state", "health", "counts", "noise", "/s", "last step"];

    /// <summary>Lines of equal columns, and below them what happened at the converters.</summary>
    public static IReadOnlyList<string> Plain(IReadOnlyList<LiveSlot> slots)
    {
        string[][] rows = [Columns, .. slots.Select(Cells)];
        int[] widths = [.. Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        return
        [
            .. rows.Select(row => string.Join("  ", row.Select((cell, column) => IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd()),
            .. Happened(slots),
        ];
    }

    /// <summary>A table with colours, and below it what happened at the converters.</summary>
    public static Rows Live(IReadOnlyList<LiveSlot> slots) =>
        new([Table(slots), .. Happened(slots).Select(line => new Markup($"[grey]{Markup.Escape(line)}[/]")), new Markup("[grey]Ctrl-C leaves[/]")]);

    private static Table Table(IReadOnlyList<LiveSlot> slots)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        for (int column = 0; column < Columns.Length; column++)
            table.AddColumn(new TableColumn(Columns[column]) { Alignment = IsNumber(column) ? Justify.Right : Justify.Left });
        foreach (LiveSlot slot in slots)
        {
            string[] cells = [.. Cells(slot).Select(Markup.Escape)];
            cells[2] = $"[bold]{cells[2]}[/]";
            cells[3] = slot.Stable ? cells[3] : $"[yellow]{cells[3]}[/]";
            cells[4] = slot.Health == "Ok" ? $"[green]{cells[4]}[/]" : $"[red]{cells[4]}[/]";
            table.AddRow(cells);
        }
        return table;
    }

    private static bool IsNumber(int column) => column is 0 or 2 or (>= 5 and <= 7);

    private static string[] Cells(LiveSlot slot) =>
    [
        slot.Slot.ToString(CultureInfo.InvariantCulture), slot.NameEn,
        slot.Health == "Uncalibrated" || slot.Samples == 0 ? "-" : Invariant($"{slot.Grams:0.0} +- {slot.SigmaGrams:0.0}"),
        slot.Stale ? "stale" : slot.Stable ? "stable" : "moving", slot.Health,
        slot.Counts is { } counts ? Invariant($"{counts:0}") : "-", Invariant($"{slot.NoiseCounts:0.#}"), Invariant($"{slot.SamplesPerSecond:0.#}"),
        slot.LastStep is { } step ? Invariant($"{step.Kind} {Math.Abs(step.Grams):0.0} g, {Ago(step.SecondsAgo)} ago") : "-",
    ];

    /// <summary>A line per converter: slots that share one have the same counts.</summary>
    private static IEnumerable<string> Happened(IReadOnlyList<LiveSlot> slots) => slots.GroupBy(Tallies).Where(group => group.Key.Length > 0)
        .Select(group => $"slot{(group.Skip(1).Any() ? "s" : "")} {string.Join(", ", group.Select(slot => slot.Slot))}: {group.Key}");

    private static string Tallies(LiveSlot slot) => string.Join(", ", slot.Tallies.Where(tally => tally.Count > 0).Select(tally => Invariant($"{tally.Cause} {tally.Count}")));

    private static string Ago(double seconds) => seconds switch
    {
        < 120 => Invariant($"{Math.Max(0, seconds):0} s"),
        < 7_200 => Invariant($"{seconds / 60:0} min"),
        < 172_800 => Invariant($"{seconds / 3_600:0} h"),
        _ => Invariant($"{seconds / 86_400:0} days"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
