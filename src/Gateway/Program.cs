using System.CommandLine;
using PantryChain.Gateway.Commands;

RootCommand gateway = new("The household's side of PantryChain: senses shelves, keeps their chain, orders within the member's mandate, shows it all.")
{
    InitCommand.Create(),       // keys, PIN, gateway.json
    JoinCommand.Create(),       // a cooperative store
    PinCommand.Create(),        // another PIN
    TrustCommand.Create(),      // what browsers have to trust
    HomeUserCommand.Create(),   // who may come to the home broker inside
    RunCommand.Create(),        // the walk, until Ctrl-C
    StatusCommand.Create(),     // how it is
    DoctorCommand.Create(),     // what is missing, and the fix
    CallsCommand.Create(),      // what was signed and is not on chain yet
    BringCommand.Create(),      // one of those, to the chain with anybody's key
    TareCommand.Create(),       // a container
    CalibrateCommand.Create(),  // a cell, by two weighings
    WatchCommand.Create(),      // all slots, live
    RecordCommand.Create(),     // raw samples, for a report of a fault
    ReplayCommand.Create(),     // the same samples, weighed again
};
gateway.Add(CommandLine.Data);
gateway.Add(CommandLine.Clock);
return await CommandLine.RunAsync(gateway, args);
