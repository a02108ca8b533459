using System.Diagnostics;

namespace PantryChain.Architecture.Tests;

/// <summary>What <c>./pantry</c> remembers of its builds, in a small project of its own with a compiler that only notes that it was called.</summary>
public sealed class PantryScriptSpecs : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TempFolder _temp = new();

    public PantryScriptSpecs()
    {
        foreach (string folder in new[] { "src/Rehearsal", "tests", "bench", "hardware/tools", "compiler" })
            Directory.CreateDirectory(_temp.Inside(folder));
        foreach (string file in new[] { "src/Rehearsal/Program.cs", "Directory.Build.props", "global.json", "All.sln", "BannedSymbols.txt", ".editorconfig" })
            File.WriteAllText(_temp.Inside(file), "");
        File.Copy(Repository.PathOf("pantry"), _temp.Inside("pantry"));
        File.WriteAllText(_temp.Inside("compiler/dotnet"), """
            #!/bin/bash
            here=$(dirname "$(readlink -f "$0")")
            case $1 in
              --list-sdks) echo "10.0.100 [/nowhere]" ;;
              build) echo "$*" >>"$here/built"; [ ! -e "$here/hangs" ] || exec sleep 600; [ ! -e "$here/fails" ] ;;
            esac
            """);
        File.SetUnixFileMode(_temp.Inside("compiler/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private string[] Built => File.Exists(_temp.Inside("compiler/built")) ? File.ReadAllLines(_temp.Inside("compiler/built")) : [];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task What_was_built_is_built_again_only_when_a_source_changed_came_or_went()
    {
        await RunAsync();
        await RunAsync();
        Built.Should().HaveCount(1);

        File.WriteAllText(_temp.Inside("src/Rehearsal/More.cs"), "");
        await RunAsync();
        File.Delete(_temp.Inside("src/Rehearsal/More.cs"));
        await RunAsync();

        Built.Should().HaveCount(3).And.NotContain(line => line.Contains("--no-incremental"));
    }

    [Fact]
    public async Task An_interrupted_build_leaves_no_stamp_and_what_its_compiler_left_is_not_trusted()
    {
        await RunAsync();
        File.WriteAllText(_temp.Inside("src/Rehearsal/More.cs"), "");
        File.WriteAllText(_temp.Inside("compiler/hangs"), "");
        using (Process interrupted = Start())
        {
            await UntilAsync(() => Built.Length == 2);
            interrupted.Kill(entireProcessTree: true);
            await interrupted.WaitForExitAsync();
        }
        File.Delete(_temp.Inside("compiler/hangs"));
        File.Delete(_temp.Inside("src/Rehearsal/More.cs")); // the sources are again what the first build saw

        await RunAsync();
        await RunAsync();

        Built.Should().HaveCount(3);
        Built[^1].Should().Contain("--no-incremental");
    }

    [Fact]
    public async Task A_build_that_failed_is_tried_again_from_where_it_stood()
    {
        File.WriteAllText(_temp.Inside("compiler/fails"), "");
        (await RunAsync()).Should().Be(1);
        File.Delete(_temp.Inside("compiler/fails"));

        (await RunAsync()).Should().Be(0);

        Built.Should().HaveCount(2).And.NotContain(line => line.Contains("--no-incremental"));
    }

    private async Task<int> RunAsync()
    {
        using Process process = Start();
        using CancellationTokenSource deadline = new(Patience);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    private Process Start()
    {
        ProcessStartInfo start = new("bash", [_temp.Inside("pantry"), "store", "--help"]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = _temp.Inside("compiler") + ":" + Environment.GetEnvironmentVariable("PATH");
        return Process.Start(start)!;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); !holds(); await Task.Delay(20))
            waited.Elapsed.Should().BeLessThan(Patience);
    }
}
