using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PantryChain.Fuzz;

namespace PantryChain.Bench;

/// <summary>Feeds every door where bytes from outside are read: nothing but its documented refusal may come out.</summary>
internal static class FuzzBench
{
    private const int Readers = 2; // doors at a time; their time is told, not compared

    private static readonly Option<int> Inputs = new("--inputs") { Description = "Inputs for each door.", DefaultValueFactory = _ => 100_000 };
    private static readonly Option<ulong> Seed = new("--seed") { Description = "The same seed draws the same inputs.", DefaultValueFactory = _ => FuzzRun.UsualSeed };
    private static readonly Option<string?> Only = new("--door") { Description = "Only doors whose name holds this.", HelpName = "TEXT" };
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object a door instead of the table." };

    private static Door Series { get; } = new("recording.csv", Shape.Text, _ => "time,weight\n0,100.5\n0.1,100.4\n0.2,nan\n0.3,99\n"u8.ToArray(), ReadSeries) { Refusals = [typeof(FormatException)] };

    /// <summary>Every door, those of the benches' own files included.</summary>
    public static IReadOnlyList<Door> Doors { get; } = [.. AllDoors.All, Series];

    public static Command Create()
    {
        Command command = new("fuzz", "Random, changed and right inputs for every reader of bytes from outside: none may throw anything but its documented refusal.") { Inputs, Seed, Only, Json };
        command.SetAction(parsed => Run(parsed.GetValue(Inputs), parsed.GetValue(Seed), parsed.GetValue(Only), parsed.GetValue(Json)));
        return command;
    }

    private static int Run(int inputs, ulong seed, string? only, bool json)
    {
        Door[] doors = [.. Doors.Where(door => only is null || door.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        if (doors.Length == 0 || inputs < 1)
        {
            Console.Error.WriteLine(inputs < 1 ? "--inputs must be 1 or more." : $"No door's name holds '{only}'. Without --door all are fed.");
            return 2;
        }
        if (!json)
            Console.WriteLine($"seed {seed}, {inputs:N0} inputs a door\n{"door",-28}{"taken",10}{"seconds",10}{"slowest, ms",13}");
        Lock gate = new();
        int broken = 0;
        Parallel.ForEach(doors, new ParallelOptions { MaxDegreeOfParallelism = Readers }, door =>
        {
            FuzzResult result = FuzzRun.Through(door, inputs, seed);
            lock (gate)
            {
                broken += result.Failure is null ? 0 : 1;
                Console.WriteLine(json ? JsonSerializer.Serialize(result) : Line(result));
            }
        });
        if (!json)
            Console.WriteLine($"{doors.Length} doors, {broken} broke their promise.");
        return broken == 0 ? 0 : 1;
    }

    private static string Line(FuzzResult result) => string.Create(
        CultureInfo.InvariantCulture, $"{result.Door,-28}{(double)result.Taken / result.Inputs,10:P1}{result.Seconds,10:0.0}{result.Slowest.TotalMilliseconds,13:0.0}{(result.Failure is { } failure ? $"\n  BROKEN after {result.Inputs}: {failure}" : "")}");

    private static bool ReadSeries(byte[] bytes)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Encoding.UTF8.GetString(bytes));
            return SeriesFile.Read(new SeriesRequest(path, "weight", "g", null, null, null, 0)).Values.Count > 0;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
