using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PantryChain.DeviceDrivers.Bus;

namespace PantryChain.DeviceDrivers.Tests.Bus;

public sealed class GpioAbiSpecs
{
    private const string Program =
        """
        #include <stddef.h>
        #include <stdio.h>
        #include <linux/gpio.h>
        #define SAY(name, value) printf(name " %llu\n", (unsigned long long)(value))
        int main(void)
        {
            SAY("GetChipInfo", GPIO_GET_CHIPINFO_IOCTL);
            SAY("GetLineInfo", GPIO_V2_GET_LINEINFO_IOCTL);
            SAY("GetLine", GPIO_V2_GET_LINE_IOCTL);
            SAY("GetValues", GPIO_V2_LINE_GET_VALUES_IOCTL);
            SAY("SetValues", GPIO_V2_LINE_SET_VALUES_IOCTL);
            SAY("FlagUsed", GPIO_V2_LINE_FLAG_USED);
            SAY("FlagInput", GPIO_V2_LINE_FLAG_INPUT);
            SAY("FlagOutput", GPIO_V2_LINE_FLAG_OUTPUT);
            SAY("FlagPullUp", GPIO_V2_LINE_FLAG_BIAS_PULL_UP);
            SAY("AttributeFlags", GPIO_V2_LINE_ATTR_ID_FLAGS);
            SAY("AttributeOutputValues", GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES);
            SAY("NameSize", GPIO_MAX_NAME_SIZE);
            SAY("MostLines", GPIO_V2_LINES_MAX);
            SAY("MostAttributes", GPIO_V2_LINE_NUM_ATTRS_MAX);
            SAY("ChipInfo", sizeof(struct gpiochip_info));
            SAY("ChipInfo.Label", offsetof(struct gpiochip_info, label));
            SAY("ChipInfo.Lines", offsetof(struct gpiochip_info, lines));
            SAY("LineAttribute", sizeof(struct gpio_v2_line_attribute));
            SAY("LineAttribute.Value", offsetof(struct gpio_v2_line_attribute, flags));
            SAY("ConfigAttribute", sizeof(struct gpio_v2_line_config_attribute));
            SAY("ConfigAttribute.Mask", offsetof(struct gpio_v2_line_config_attribute, mask));
            SAY("LineConfig", sizeof(struct gpio_v2_line_config));
            SAY("LineConfig.AttributeCount", offsetof(struct gpio_v2_line_config, num_attrs));
            SAY("LineConfig.Padding", offsetof(struct gpio_v2_line_config, padding));
            SAY("LineConfig.Attributes", offsetof(struct gpio_v2_line_config, attrs));
            SAY("LineRequest", sizeof(struct gpio_v2_line_request));
            SAY("LineRequest.Consumer", offsetof(struct gpio_v2_line_request, consumer));
            SAY("LineRequest.Config", offsetof(struct gpio_v2_line_request, config));
            SAY("LineRequest.LineCount", offsetof(struct gpio_v2_line_request, num_lines));
            SAY("LineRequest.EventBufferSize", offsetof(struct gpio_v2_line_request, event_buffer_size));
            SAY("LineRequest.Descriptor", offsetof(struct gpio_v2_line_request, fd));
            SAY("LineInfo", sizeof(struct gpio_v2_line_info));
            SAY("LineInfo.Consumer", offsetof(struct gpio_v2_line_info, consumer));
            SAY("LineInfo.Offset", offsetof(struct gpio_v2_line_info, offset));
            SAY("LineInfo.Flags", offsetof(struct gpio_v2_line_info, flags));
            SAY("LineValues", sizeof(struct gpio_v2_line_values));
            SAY("LineValues.Mask", offsetof(struct gpio_v2_line_values, mask));
            return 0;
        }
        """;

    [CompilerFact]
    public async Task Every_number_of_the_kernels_interface_is_what_its_header_says()
    {
        Dictionary<string, ulong> assumed = Assumed();

        Dictionary<string, ulong> real = await Compile(Program);

        assumed.Should().BeEquivalentTo(real);
    }

    private static Dictionary<string, ulong> Assumed() => new()
    {
        ["GetChipInfo"] = GpioAbi.GetChipInfo,
        ["GetLineInfo"] = GpioAbi.GetLineInfo,
        ["GetLine"] = GpioAbi.GetLine,
        ["GetValues"] = GpioAbi.GetValues,
        ["SetValues"] = GpioAbi.SetValues,
        ["FlagUsed"] = GpioAbi.FlagUsed,
        ["FlagInput"] = GpioAbi.FlagInput,
        ["FlagOutput"] = GpioAbi.FlagOutput,
        ["FlagPullUp"] = GpioAbi.FlagPullUp,
        ["AttributeFlags"] = GpioAbi.AttributeFlags,
        ["AttributeOutputValues"] = GpioAbi.AttributeOutputValues,
        ["NameSize"] = GpioAbi.NameSize,
        ["MostLines"] = GpioAbi.MostLines,
        ["MostAttributes"] = GpioAbi.MostAttributes,
        ["ChipInfo"] = Size<GpioAbi.ChipInfo>(),
        ["ChipInfo.Label"] = Offset<GpioAbi.ChipInfo>("Label"),
        ["ChipInfo.Lines"] = Offset<GpioAbi.ChipInfo>("Lines"),
        ["LineAttribute"] = Size<GpioAbi.LineAttribute>(),
        ["LineAttribute.Value"] = Offset<GpioAbi.LineAttribute>("Value"),
        ["ConfigAttribute"] = Size<GpioAbi.ConfigAttribute>(),
        ["ConfigAttribute.Mask"] = Offset<GpioAbi.ConfigAttribute>("Mask"),
        ["LineConfig"] = Size<GpioAbi.LineConfig>(),
        ["LineConfig.AttributeCount"] = Offset<GpioAbi.LineConfig>("AttributeCount"),
        ["LineConfig.Padding"] = Offset<GpioAbi.LineConfig>("Padding"),
        ["LineConfig.Attributes"] = Offset<GpioAbi.LineConfig>("Attributes"),
        ["LineRequest"] = Size<GpioAbi.LineRequest>(),
        ["LineRequest.Consumer"] = Offset<GpioAbi.LineRequest>("Consumer"),
        ["LineRequest.Config"] = Offset<GpioAbi.LineRequest>("Config"),
        ["LineRequest.LineCount"] = Offset<GpioAbi.LineRequest>("LineCount"),
        ["LineRequest.EventBufferSize"] = Offset<GpioAbi.LineRequest>("EventBufferSize"),
        ["LineRequest.Descriptor"] = Offset<GpioAbi.LineRequest>("Descriptor"),
        ["LineInfo"] = Size<GpioAbi.LineInfo>(),
        ["LineInfo.Consumer"] = Offset<GpioAbi.LineInfo>("Consumer"),
        ["LineInfo.Offset"] = Offset<GpioAbi.LineInfo>("Offset"),
        ["LineInfo.Flags"] = Offset<GpioAbi.LineInfo>("Flags"),
        ["LineValues"] = Size<GpioAbi.LineValues>(),
        ["LineValues.Mask"] = Offset<GpioAbi.LineValues>("Mask"),
    };

    private static ulong Size<T>() => (ulong)Unsafe.SizeOf<T>();

    private static ulong Offset<T>(string field) => (ulong)Marshal.OffsetOf<T>(field);

    private static async Task<Dictionary<string, ulong>> Compile(string program)
    {
        using TempFolder folder = new();
        string source = folder.Inside("abi.c"), binary = folder.Inside("abi");
        await File.WriteAllTextAsync(source, program);
        await Run("gcc", "-Wall", "-Werror", "-o", binary, source);
        string output = await Run(binary);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(pair => pair[0], pair => ulong.Parse(pair[1], CultureInfo.InvariantCulture));
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.Should().Be(0, await errors);
        return output;
    }

    /// <summary>A fact that needs gcc and the kernel's headers; skipped with the reason elsewhere.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CompilerFactAttribute : FactAttribute
    {
        public CompilerFactAttribute()
        {
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, "gcc"))))
                Skip = "gcc is not installed. Install it ('apt-get install gcc linux-libc-dev') to compare with the kernel's header.";
            else if (!File.Exists("/usr/include/linux/gpio.h"))
                Skip = "linux/gpio.h is not installed. Install it ('apt-get install linux-libc-dev').";
        }
    }
}
