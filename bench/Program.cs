using System.CommandLine;
using PantryChain.Bench;

// ./pantry bench NAME: every measurement prints what it is compared with, taken in the same run.
RootCommand root = new("Measures PantryChain beside its yardsticks. Machines are noisy: read the ratios.")
{
    // One line per bench, in walk order.
    WeighBench.Create(),
    RfidBench.Create(),
    JournalBench.Create(),
    MqttBench.Create(),
    LedgerBench.Create(),
    ContractsBench.Create(),
    ForecastBench.Create(),
    ReorderBench.Create(),
    DecideBench.Create(),
    HouseholdBench.Create(),
    CrashBench.Create(),
    FuzzBench.Create(),
    KernelBench.Create(),
};
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync($"{parsed.Errors[0].Message} Run './pantry bench --help' to see what can be measured.");
    return 2;
}
return await parsed.InvokeAsync();
